import type { ClusterStatus, DataMemberStatus, MemberState } from '@mha4rdb/client';
import { bytesText, stateText, verdictText } from './words.js';

/** Who replicates from whom. */
export interface Topology {
  readonly cluster: string;
  readonly mode: ClusterStatus['mode'];
  readonly verdict: ClusterStatus['verdict'];
  readonly epoch: number;
  readonly primary: (TopologyMember & { readonly vip: readonly string[] }) | null;
  /** Of the primary; without one they wait for an election. */
  readonly standbys: readonly TopologyMember[];
  readonly arbiters: readonly { readonly id: string; readonly state: MemberState }[];
}

export interface TopologyMember {
  readonly id: string;
  readonly database: string;
  readonly state: MemberState;
  readonly timeline: number | null;
  readonly lagBytes: number | null;
  readonly sync: boolean;
}

export function topologyOf(status: ClusterStatus): Topology {
  const data = status.members.filter((member) => member.role === 'data');
  const primary = data.find(({ id }) => id === status.primary);
  const { cluster, mode, verdict, epoch } = status;
  return {
    ...{ cluster, mode, verdict, epoch },
    primary:
      primary === undefined
        ? null
        : {
            ...memberOf(primary),
            vip: status.vip
              .filter(({ holder }) => holder === primary.id)
              .map(({ address }) => address),
          },
    standbys: data.filter((member) => member !== primary).map(memberOf),
    arbiters: status.members
      .filter(({ role }) => role === 'arbiter')
      .map(({ id, state }) => ({ id, state })),
  };
}

export function topologyTree(topology: Topology): string {
  const { cluster, mode, verdict, epoch, primary, standbys, arbiters } = topology;
  const root = `${cluster} (${mode}), ${verdictText(verdict)}, epoch ${epoch}`;
  const trunk =
    primary === null
      ? 'no primary'
      : `${lineOf(primary)}${primary.vip.map((address) => `  vip ${address}`).join('')}`;
  const tops = [
    [trunk, ...branches(standbys.map(standbyLine))],
    ...arbiters.map(({ id, state }) => [
      state === 'arbiter' ? `${id}  arbiter` : `${id}  arbiter, ${stateText(state)}`,
    ]),
  ];
  return [root, ...branches(tops.map((lines) => lines.join('\n')))].join('\n');
}

function standbyLine(member: TopologyMember): string {
  return `${lineOf(member)}  lag ${bytesText(member.lagBytes)}${member.sync ? '  sync' : ''}`;
}

function lineOf({ id, state, database, timeline }: TopologyMember): string {
  return `${id}  ${stateText(state)}  ${database}${timeline === null ? '' : `  timeline ${timeline}`}`;
}

/** Draws each text, of one line or several, as a branch of the line above. */
function branches(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text, index) => {
    const last = index === texts.length - 1;
    const [first = '', ...rest] = text.split('\n');
    return [
      `${last ? '└─' : '├─'} ${first}`,
      ...rest.map((line) => `${last ? '  ' : '│ '} ${line}`),
    ];
  });
}

function memberOf(member: DataMemberStatus): TopologyMember {
  const { id, database, state, timeline, lagBytes, sync } = member;
  return { id, database, state, timeline, lagBytes, sync };
}
