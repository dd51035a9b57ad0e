import { dataMembers, wantedAcks, type ClusterState } from '@mha4rdb/core';
import type { SeededRandom } from '@mha4rdb/kernel';
import type { Host } from './host.js';

/**
 * Draws who stays healthy for good in liveness mode: the smallest random set that the promise of
 * liveness speaks of (protocol §1), a majority of voters with enough data members to give evidence.
 */
export function drawCore(
  hosts: readonly Host[],
  state: ClusterState | null,
  random: SeededRandom,
): readonly Host[] {
  const left = [...hosts];
  const core: Host[] = [];
  while (left.length > 0 && !suffices(core, hosts, state)) {
    core.push(...left.splice(random.integer(0, left.length - 1), 1));
  }
  return core;
}

/** A writable primary must come while just these are healthy. */
export function suffices(
  core: readonly Host[],
  hosts: readonly Host[],
  state: ClusterState | null,
): boolean {
  const ids = new Set<string>(core.map(({ member }) => member.id));
  if (core.length <= hosts.length / 2) return false;
  if (state === null) return core.length === hosts.length;
  const data = dataMembers(state);
  const within = data.filter(({ id }) => ids.has(id)).length;
  const { durability } = state.settings;
  // Without permission to degrade, the gate stays shut until the rule is whole.
  const wanted = wantedAcks(durability, data.length - 1);
  if (within < (durability.degrade ? 1 : wanted + 1)) return false;
  const { confirmed, origin } = state;
  if (confirmed === null) return origin === null ? within === data.length : ids.has(origin);
  if (ids.has(confirmed.primary)) return true;
  const { standbys, acks } = confirmed.rule;
  const counted = standbys.filter((id) => ids.has(id)).length;
  return acks > 0 && counted >= standbys.length - acks + 1;
}
