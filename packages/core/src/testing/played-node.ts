import {
  incarnationOf,
  instantOf,
  lifeOf,
  logIndexOf,
  type DatabaseObservation,
  type NodeId,
} from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { coordinatorAtTermStart } from '../coordinator/view.js';
import { TIMING_PRESETS } from '../lease/timing.js';
import type { MemberRecord } from '../member/record.js';
import type { MemberReport } from '../member/report.js';
import type { Contact } from '../node/contacts.js';
import type { NodeEffect } from '../node/effect.js';
import type { ActionOutcome, NodeEvent, PeerMessage } from '../node/event.js';
import { startNode, type Entry, type NodeState } from '../node/state.js';
import { stepNode } from '../node/step.js';
import { founded, n1, n3 } from './cluster-fixture.js';
import { NOW } from './member-fixture.js';

/** One node whose disk, replicated state and edge the test plays; n3 leads. Changed in place. */
export interface Played {
  node: NodeState;
  now: number;
  /** What the last step brought. */
  effects: readonly NodeEffect[];
  /** As if the log had been applied up to this state. */
  reach(cluster: ClusterState): void;
  step(event: Record<string, unknown> & Pick<NodeEvent, 'type'>): Played;
  see(database: DatabaseObservation): Played;
  /** The disk has the record that was handed out last. */
  written(): Played;
  ended(database: DatabaseObservation, outcome?: Partial<ActionOutcome>): Played;
  readonly record: MemberRecord | undefined;
  readonly started: string | undefined;
  /** What the kernel is to enforce now. */
  readonly fence: string | undefined;
  readonly proposed: readonly Command['type'][];
  readonly report: MemberReport | undefined;
}

/** `me` in its `life`, with `record` on its disk, after it has applied its log up to `cluster`. */
export function playNode(
  me: NodeId,
  cluster: ClusterState,
  record: MemberRecord | null,
  life = 1,
  first: ClusterState = founded(),
): Played {
  const played = play(me, record, life, first, { kind: 'found' });
  played.reach(cluster);
  return played;
}

/** `me` with an empty directory, told that a cluster exists; `first` is what it is configured with. */
export function playJoining(
  me: NodeId,
  first: ClusterState = founded(),
  contacts: readonly Contact[] = [],
): Played {
  return play(me, null, 7000, first, { kind: 'join', life: lifeOf(7000) }, contacts);
}

function play(
  me: NodeId,
  record: MemberRecord | null,
  life: number,
  first: ClusterState,
  entry: Entry,
  contacts: readonly Contact[] = [],
): Played {
  const { members, settings, grantMs } = first;
  const { state, effects } = startNode(
    {
      me,
      role: 'data',
      timing: TIMING_PRESETS.balanced,
      founding: { name: 'test', members, settings, grantMs },
      incarnation: incarnationOf(life),
      entry,
      contacts,
      nonce: 'x',
      seed: 1,
    },
    { raft: null, member: record },
    instantOf(NOW),
    0,
  );
  const played: Played = {
    node: state,
    now: NOW,
    effects,
    reach: (reached) => {
      const raft = { ...played.node.raft, leader: n3, leaderContactAt: instantOf(played.now) };
      played.node = { ...played.node, cluster: reached, raft };
    },
    step: (event) => {
      played.now += 1;
      const whole = { now: instantOf(played.now), wall: 0, ...event } as NodeEvent;
      const stepped = stepNode(played.node, whole);
      played.node = stepped.state;
      played.effects = stepped.effects;
      return played;
    },
    see: (database) =>
      played.step({ type: 'observed', startedAt: instantOf(played.now), database }),
    written: () =>
      played.step({ type: 'memberPersisted', ticket: played.node.member?.writing?.ticket }),
    ended: (database, outcome = {}) =>
      played.step({
        type: 'actionEnded',
        id: played.node.member?.running?.id,
        outcome: { ok: true, ...outcome },
        look: { startedAt: instantOf(played.now), database },
      }),
    get record() {
      return played.effects.flatMap((one) => (one.type === 'persistMember' ? [one.record] : []))[0];
    },
    get started() {
      return played.effects.flatMap((one) =>
        one.type === 'startAction' ? [one.action.kind] : [],
      )[0];
    },
    get fence() {
      return played.node.member?.wish.kind;
    },
    get proposed() {
      return sent(played).flatMap((one) => (one.kind === 'proposal' ? [one.command.type] : []));
    },
    get report() {
      return sent(played).flatMap((one) => (one.kind === 'report' ? [one.report] : []))[0];
    },
  };
  return played;
}

/**
 * n1 alone, elected by itself, in `cluster`: what it appends is committed when its disk has it.
 * `fresh`: the first entry of its term is not on disk yet.
 */
export function playLeader(cluster: ClusterState, fresh = false): Played {
  const played = playNode(n1, cluster, null, 1, founded(1));
  persistRaft(played);
  for (let tries = 0; tries < 50 && played.node.coordinator === null; tries++) {
    played.now += 500;
    played.step({ type: 'tick' });
    persistRaft(played, fresh);
  }
  const { raft, coordinator } = played.node;
  if (coordinator === null) throw new Error('nobody was elected');
  const none = logIndexOf(0);
  const view = coordinatorAtTermStart(cluster, raft.term, 0, none, instantOf(played.now));
  played.node = { ...played.node, cluster, coordinator: view };
  return played;
}

function persistRaft(played: Played, untilElected = false): void {
  for (let round = 0; round < 9; round++) {
    if (untilElected && played.node.coordinator !== null) return;
    const ticket = played.effects.flatMap((one) =>
      one.type === 'persistRaft' ? [one.persist.ticket] : [],
    )[0];
    if (ticket === undefined) return;
    played.step({ type: 'raftPersisted', ticket });
  }
}

function sent({ effects }: Played): readonly PeerMessage[] {
  return effects.flatMap((one) => (one.type === 'send' ? [one.message] : []));
}
