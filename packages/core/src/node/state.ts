import type { Incarnation, Instant, Life, NodeId } from '@mha4rdb/kernel';
import { durationOf, lifeOf, lifeOfVoter, logIndexOf, voterIdOf } from '@mha4rdb/kernel';
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
import type { PersistedRaft, RaftSource } from '../raft/source.js';
import type { RaftState } from '../raft/state.js';
import type { Contact, Contacts } from './contacts.js';
import type { NodeEffect } from './effect.js';
import { carryOut } from './raft-effects.js';
import { openWork } from './work.js';

/**
 * How a node without a Raft directory begins. `found`: with all the others, a cluster that never was.
 * `join`: without a vote, under a life that it never had, until a committed entry admits it (R8). The
 * first incarnation of a directory that joins is its life, so that later ones are greater than any
 * that the node ever had.
 */
export type Entry = { readonly kind: 'found' } | { readonly kind: 'join'; readonly life: Life };

/** What a node is told at its start, and never after. */
export interface NodeOptions {
  readonly me: NodeId;
  readonly role: MemberRole;
  readonly timing: Timing;
  readonly founding: Founding;
  readonly incarnation: Incarnation;
  /** What to do with an empty Raft directory; not looked at when there is one (`foundingDecision`). */
  readonly entry: Entry;
  /** Whom the others named when a node with an empty directory asked them. */
  readonly contacts?: readonly Contact[];
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
    /** As {@link NodeState.why} was then. */
    readonly why: string | null;
  };
  /** Whom it may turn to before it has the replicated list. */
  readonly contacts: Contacts;
  /** Why the coordinator (this node) proposes nothing, or null. */
  readonly why: string | null;
  /** What the change of members waits for (on the coordinator), or null. */
  readonly changing: string | null;
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
  const { heartbeat, electionMin, electionMax } = options.timing;
  const source = sourceOf(options, disk, founding);
  const started = startRaft<Command, ClusterState>(
    {
      id: voterIdOf(options.me, lifeIn(source, options.entry)),
      clusterName: options.founding.name,
      heartbeat: durationOf(heartbeat),
      electionMin: durationOf(electionMin),
      electionMax: durationOf(electionMax),
    },
    source,
    now,
    options.seed,
  );
  const state: NodeState = {
    options,
    raft: started.state,
    cluster: founding,
    member:
      options.role === 'data'
        ? initialMemberState(options.me, options.incarnation, disk.member, now, {
            life: lifeOfVoter(started.state.options.id),
            retired: started.state.retired,
          })
        : null,
    coordinator: null,
    reports: {},
    reported: { seq: 0, at: now, content: '', of: null, why: null },
    contacts: { revision: logIndexOf(0), members: options.contacts ?? [] },
    why: null,
    changing: null,
    stopping: false,
    shutdownReady: false,
  };
  const work = openWork(state, now, wall);
  carryOut(work, started.effects);
  return { state: work.node, effects: work.effects };
}

type Source = RaftSource<Command, ClusterState>;

/**
 * What is on disk, if it is a beginning at all. A first start that ended within its first write left
 * no snapshot, and had told nobody anything: it begins anew. A directory that joined goes on as it is.
 */
function sourceOf({ entry }: NodeOptions, { raft }: NodeDisk, founding: ClusterState): Source {
  const life = raft?.hardState.life ?? 0;
  if (raft !== null && (raft.snapshot !== null || life > 0))
    return { kind: 'disk', persisted: raft };
  if (entry.kind === 'join') return { kind: 'join' };
  const voters = founding.members.map(({ id }) => id);
  return { kind: 'bootstrap', configuration: configurationOf(voters), machine: founding };
}

function lifeIn(source: Source, entry: Entry): Life {
  if (source.kind === 'disk') return source.persisted.hardState.life ?? lifeOf(0);
  return source.kind === 'join' && entry.kind === 'join' ? entry.life : lifeOf(0);
}
