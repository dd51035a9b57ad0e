import {
  isLeader,
  membersOf,
  type Configuration,
  type LogEntry,
  type RaftState,
} from '@mha4rdb/core';
import {
  encodeCanonical,
  lifeOfVoter,
  nodeOfVoter,
  voterIdOf,
  lifeOf,
  type NodeId,
} from '@mha4rdb/kernel';
import type { Host } from './host.js';

type Tell = (invariant: string, detail: string) => void;

/** What was seen of one node's log. */
interface Seen {
  entries: readonly LogEntry[];
  base: number;
  /** The term that it led, and the last index that it had then. */
  ledTerm: number;
  ledTo: number;
  applied: number;
  incarnation: number;
  life: number;
  vote: { readonly term: number; readonly votedFor: NodeId | null };
}

/** One entry as it was first seen anywhere. */
interface Known {
  readonly payload: LogEntry['payload'];
  /** The term of the entry before it. */
  readonly before: number;
}

/**
 * Raft's own promises over the whole history of a run, looked at where something changed: election
 * safety, leader append-only, log matching, leader completeness, state machine safety; besides, that
 * nobody votes twice in a term, and that what is applied is on a majority's disks.
 */
export class RaftChecks {
  private readonly seen = new Map<Host, Seen>();
  /** Raft identities that some configuration named. */
  private readonly admitted = new Set<NodeId>();
  private readonly leaders = new Map<number, NodeId>();
  /** By index, then by term. */
  private readonly known = new Map<number, Map<number, Known>>();
  /** The term of each index that is known to be committed, and of the last one the entry's index. */
  private readonly committed = new Map<number, { term: number; payload: LogEntry['payload'] }>();
  private lastCommitted = 0;

  constructor(
    private readonly hosts: readonly Host[],
    private readonly violate: Tell,
    /** Told when somebody begins to lead. */
    private readonly leads: () => void,
  ) {}

  afterStep(host: Host): void {
    const raft = host.agent.state?.raft;
    if (raft === undefined) return;
    const seen = this.seenOf(host);
    if (raft.log.entries !== seen.entries) this.checkEntries(host, raft, seen);
    this.checkLeader(host, raft, seen);
    this.checkVote(host, seen);
    if (raft.applied !== seen.applied || host.incarnations !== seen.incarnation) {
      this.checkApplied(host, raft, seen);
    }
  }

  private seenOf(host: Host): Seen {
    let seen = this.seen.get(host);
    const { life } = host.disk;
    // Another directory is another node: what the former one promised binds only that one.
    if (seen === undefined || seen.life !== life) {
      const vote = { term: 0, votedFor: null };
      const none = { entries: [], base: 0, ledTerm: 0, ledTo: 0, applied: 0, incarnation: 0 };
      seen = { ...none, life, vote };
      this.seen.set(host, seen);
    }
    return seen;
  }

  /** Two logs that have an entry of one index and term have the same one, and the same before it. */
  private checkEntries(host: Host, raft: RaftState, seen: Seen): void {
    const { entries, baseIndex, baseTerm } = raft.log;
    const shift = baseIndex - seen.base;
    for (let place = entries.length - 1; place >= 0; place--) {
      const entry = entries[place];
      if (entry === undefined || seen.entries[place + shift] === entry) break;
      if (entry.payload.kind === 'config') this.admit(entry.payload.configuration);
      const before = entries[place - 1]?.term ?? baseTerm;
      const byTerm = this.known.get(entry.index) ?? new Map<number, Known>();
      this.known.set(entry.index, byTerm);
      const first = byTerm.get(entry.term);
      if (first === undefined) byTerm.set(entry.term, { payload: entry.payload, before });
      else if (first.before !== before || !same(first.payload, entry.payload)) {
        const place = `index ${entry.index} of term ${entry.term}`;
        this.violate('log matching', `${host.member.id} has another log up to ${place}`);
      }
    }
    seen.entries = entries;
    seen.base = baseIndex;
  }

  private admit(configuration: Configuration): void {
    for (const id of membersOf(configuration)) this.admitted.add(id);
  }

  private checkLeader(host: Host, raft: RaftState, seen: Seen): void {
    if (!isLeader(raft)) return;
    const { id } = host.member;
    const last = raft.log.baseIndex + raft.log.entries.length;
    if (seen.ledTerm === raft.term) {
      if (last < seen.ledTo) {
        this.violate('leader append-only', `${id} cut its log from ${seen.ledTo} to ${last}`);
      }
      seen.ledTo = last;
      return;
    }
    const known = this.leaders.get(raft.term);
    if (known !== undefined) {
      this.violate('election safety', `${known} and ${id} lead term ${raft.term}`);
    }
    this.leaders.set(raft.term, id);
    seen.ledTerm = raft.term;
    seen.ledTo = last;
    this.leads();
    this.checkComplete(host, raft);
  }

  /** A leader has all that was committed in earlier terms; where logs match, the last tells of all. */
  private checkComplete(host: Host, raft: RaftState): void {
    const entry = this.committed.get(this.lastCommitted);
    if (entry === undefined || entry.term >= raft.term) return;
    const { baseIndex, baseTerm, entries } = raft.log;
    if (this.lastCommitted < baseIndex) return;
    const term =
      this.lastCommitted === baseIndex
        ? baseTerm
        : entries[this.lastCommitted - baseIndex - 1]?.term;
    if (term === entry.term) return;
    this.violate(
      'leader completeness',
      `${host.member.id} leads term ${raft.term} without entry ${this.lastCommitted} of term ${entry.term}`,
    );
  }

  /** What counts is what is on disk: an answer leaves only after it. */
  private checkVote(host: Host, seen: Seen): void {
    const vote = host.disk.vote;
    if (vote === null || vote === seen.vote) return;
    const { term, votedFor } = seen.vote;
    const id = host.member.id;
    if (vote.term < term) this.violate('terms increase', `${id} went from ${term} to ${vote.term}`);
    if (vote.term === term && votedFor !== null && vote.votedFor !== votedFor) {
      this.violate('one vote in a term', `${id} took back its vote for ${votedFor} in ${term}`);
    }
    const voter = voterIdOf(id, lifeOf(seen.life));
    if (seen.life > 0 && vote.votedFor !== null && !this.admitted.has(voter)) {
      this.violate('no vote before the readmission', `${voter} voted in term ${vote.term}`);
    }
    seen.vote = vote;
  }

  private checkApplied(host: Host, raft: RaftState, seen: Seen): void {
    const from = host.incarnations === seen.incarnation ? seen.applied : 0;
    seen.applied = raft.applied;
    seen.incarnation = host.incarnations;
    const { baseIndex, entries } = raft.log;
    for (let index = Math.max(from, baseIndex) + 1; index <= raft.applied; index++) {
      const entry = entries[index - baseIndex - 1];
      if (entry === undefined) continue;
      const first = this.committed.get(index);
      if (first === undefined) this.committed.set(index, entry);
      else if (!same(first.payload, entry.payload)) {
        this.violate('state machine safety', `${host.member.id} applied another entry at ${index}`);
      }
    }
    if (raft.applied <= this.lastCommitted) return;
    this.lastCommitted = raft.applied;
    this.checkDurable(raft);
    for (const other of this.hosts) {
      const theirs = other.agent.state?.raft;
      if (theirs !== undefined && isLeader(theirs)) this.checkComplete(other, theirs);
    }
  }

  /** Applied means committed, and that is: on the disks of a majority (of both, when joint). */
  private checkDurable(raft: RaftState): void {
    const term = this.committed.get(raft.applied)?.term;
    // Taken over with a snapshot: somebody else applied it first, or will not be the first.
    if (term === undefined) return;
    const holders = this.committedUnder(raft).map((configuration) =>
      this.missedMajority(configuration, raft.applied, term),
    );
    const lacking = holders.find((ids) => ids !== null);
    if (lacking == null || holders.includes(null)) return;
    this.violate(
      'what is committed is durable',
      `entry ${raft.applied} of term ${term} is only on ${lacking.join()}`,
    );
  }

  /**
   * A leader counts by the newest configuration in its log (R46): what lies between a joint one and its
   * end may be committed by the voters that come after it alone.
   */
  private committedUnder(raft: RaftState): readonly Configuration[] {
    const { baseIndex, entries } = raft.log;
    const later = entries.slice(Math.max(0, raft.applied - baseIndex));
    return [
      configurationAt(raft),
      ...later.flatMap(({ payload }) => (payload.kind === 'config' ? payload.configuration : [])),
    ];
  }

  /** Who holds the entry, where that is no majority (of both halves, when joint); else null. */
  private missedMajority(
    { voters, votersOutgoing }: Configuration,
    index: number,
    term: number,
  ): readonly NodeId[] | null {
    for (const half of [voters, votersOutgoing]) {
      const holding = half.filter((id) => this.hasHeld(id, index, term));
      if (half.length > 0 && holding.length <= half.length / 2) return holding;
    }
    return null;
  }

  /** A directory that was lost since still counted when the leader did. */
  private hasHeld(id: NodeId, index: number, term: number): boolean {
    const host = this.hosts.find(({ member }) => member.id === nodeOfVoter(id));
    return host?.disk.holds(lifeOfVoter(id), index, term) === true;
  }
}

/** The configuration in force at what was applied last: a later one may already lie in the log. */
function configurationAt(raft: RaftState): Configuration {
  const { baseIndex, baseConfiguration, entries } = raft.log;
  for (let index = raft.applied; index > baseIndex; index--) {
    const payload = entries[index - baseIndex - 1]?.payload;
    if (payload?.kind === 'config') return payload.configuration;
  }
  return baseConfiguration;
}

function same(a: LogEntry['payload'], b: LogEntry['payload']): boolean {
  return a === b || encodeCanonical(a) === encodeCanonical(b);
}
