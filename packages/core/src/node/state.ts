import type { Incarnation, Instant, NodeId } from '@mha4rdb/kernel';
import { durationOf } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import { initialClusterState, type Founding } from '../cluster/initial.js';
import type { ClusterState, MemberRole } from '../cluster/state.js';
import type { CoordinatorView, ReportsById } from '../coordinator/view.js';
import type { Timing } from '../lease/timing.js';
import type { MemberRecord } from '../member/record.js';
import type { MemberReport } from '../member/report.js';
import { initialMemberState, type MemberState } from '../member/state.js';
import { configurationOf } from '../raft/membership/configuration.js';
import { startRaft } from '../raft/start.js';
import type { PersistedRaft } from '../raft/source.js';
import type { RaftState } from '../raft/state.js';
import type { NodeEffect } from './effect.js';
import { carryOut } from './raft-effects.js';
import { openWork } from './work.js';

/** What a node is told at its start, and never after. */
export interface NodeOptions {
  readonly me: NodeId;
  readonly role: MemberRole;
  readonly timing: Timing;
  readonly founding: Founding;
  readonly incarnation: Incarnation;
  /** Random, from the edge: a name for the cluster if this node forms it, and the seed of its timers. */
  readonly nonce: string;
  readonly seed: number;
}

/** One node: consensus, the replicated state, and what it remembers in its two offices. Plain data. */
export interface NodeState {
  readonly options: NodeOptions;
  readonly raft: RaftState<Command, ClusterState>;
  readonly cluster: ClusterState;
  /** Null on an arbiter: it has no database and can never be appointed. */
  readonly member: MemberState | null;
  /** Null unless this node leads. */
  readonly coordinator: CoordinatorView | null;
  readonly reports: ReportsById<MemberReport>;
  readonly reported: {
    readonly seq: number;
    readonly at: Instant;
    readonly content: string;
    /** The member as it was when it was last compared. */
    readonly of: MemberState | null;
  };
  /** Why the coordinator (this node) proposes nothing, or null. */
  readonly why: string | null;
  /** The process shall end, and whether it may. */
  readonly stopping: boolean;
  readonly shutdownReady: boolean;
}

/** What the disk held; null on the very first start. */
export interface NodeDisk {
  readonly raft: PersistedRaft<Command, ClusterState> | null;
  readonly member: MemberRecord | null;
}

/** A node at its start, and the first effects. */
export function startNode(
  options: NodeOptions,
  disk: NodeDisk,
  now: Instant,
  wall: number,
): { readonly state: NodeState; readonly effects: readonly NodeEffect[] } {
  const founding = initialClusterState(options.founding);
  const voters = founding.members.map(({ id }) => id);
  const { heartbeat, electionMin, electionMax } = options.timing;
  const started = startRaft<Command, ClusterState>(
    {
      id: options.me,
      clusterName: options.founding.name,
      heartbeat: durationOf(heartbeat),
      electionMin: durationOf(electionMin),
      electionMax: durationOf(electionMax),
    },
    // A first start that ended within its first write left no snapshot, and had told nobody anything.
    disk.raft === null || disk.raft.snapshot === null
      ? { kind: 'bootstrap', configuration: configurationOf(voters), machine: founding }
      : { kind: 'disk', persisted: disk.raft },
    now,
    options.seed,
  );
  const state: NodeState = {
    options,
    raft: started.state,
    cluster: founding,
    member:
      options.role === 'data'
        ? initialMemberState(options.me, options.incarnation, disk.member, now)
        : null,
    coordinator: null,
    reports: {},
    reported: { seq: 0, at: now, content: '', of: null },
    why: null,
    stopping: false,
    shutdownReady: false,
  };
  const work = openWork(state, now, wall);
  carryOut(work, started.effects);
  return { state: work.node, effects: work.effects };
}
