import type { Configuration, LogEntry } from '@mha4rdb/core';
import { lifeOfVoter, nodeOfVoter } from '@mha4rdb/kernel';
import type { Host } from './host.js';

/**
 * Whether a majority of the voters keeps its Raft directory if this host loses its own: no protocol
 * survives the loss of a majority. Judged by the configuration that is committed, as far as anybody
 * knows, and by every later one that lies on any disk: which of them will be in force is open.
 */
export function mayLoseItsDirectory(host: Host, hosts: readonly Host[]): boolean {
  const keeps = (voter: Configuration['voters'][number]): boolean => {
    const keeper = hosts.find(({ member }) => member.id === nodeOfVoter(voter));
    if (keeper === undefined || keeper === host) return false;
    return keeper.disk.load() !== null && keeper.disk.life === lifeOfVoter(voter);
  };
  return possibleConfigurations(hosts).every(({ voters, votersOutgoing }) =>
    [voters, votersOutgoing].every(
      (half) => half.length === 0 || half.filter(keeps).length > half.length / 2,
    ),
  );
}

interface Placed {
  readonly index: number;
  readonly configuration: Configuration;
}

function possibleConfigurations(hosts: readonly Host[]): readonly Configuration[] {
  const committed = Math.max(0, ...hosts.map(({ agent }) => agent.state?.raft.applied ?? 0));
  const placed = hosts.flatMap(configurationsOf).sort((a, b) => a.index - b.index);
  const inForce = placed.findLastIndex(({ index }) => index <= committed);
  return placed.slice(Math.max(0, inForce)).map(({ configuration }) => configuration);
}

function configurationsOf({ disk, agent }: Host): readonly Placed[] {
  const persisted = disk.load();
  const entries: readonly LogEntry[] = persisted?.entries ?? [];
  const { snapshot } = persisted ?? {};
  const raft = agent.state?.raft;
  return [
    ...(snapshot == null ? [] : [snapshot]),
    ...entries.flatMap(({ index, payload }) =>
      payload.kind === 'config' ? [{ index, configuration: payload.configuration }] : [],
    ),
    ...(raft === undefined
      ? []
      : [{ index: raft.configuration.index, configuration: raft.configuration.value }]),
  ];
}
