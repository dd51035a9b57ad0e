import { implies, type ClusterState, type LogEntry } from '@mha4rdb/core';
import { encodeCanonical, type NodeId } from '@mha4rdb/kernel';
import type { Database } from './database.js';
import { answersClients, type Host } from './host.js';
import { Ledger } from './ledger.js';
import type { World } from './world.js';

/** A broken promise: the end of the run. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
  readonly at: number;
}

/** Looks after every event whether what protocol §12 promises still holds, in true time. */
export class Checks {
  violation: Violation | null = null;
  readonly ledger = new Ledger();
  /** The replicated state that is furthest ahead anywhere: what is committed, as far as is known. */
  newest: ClusterState | null = null;
  /** The greatest epoch that clients could reach. */
  private openedEpoch = 0;
  /** The last confirmation rests on an operator's word instead of evidence. */
  private lossAccepted = false;
  private newestApplied = 0;
  private readonly contents = new Map<number, string>();
  private readonly seen = new Map<NodeId, number>();
  private readonly leaders = new Map<number, NodeId>();
  private readonly applied = new Map<number, LogEntry['payload']>();
  private readonly appliedTo = new Map<string, number>();

  constructor(private readonly world: World) {}

  violate(invariant: string, detail: string): void {
    this.violation ??= { invariant, detail, at: this.world.schedule.now };
    this.world.tell('CHECK', `${invariant}: ${detail}`);
    this.world.recorder.violation(this.world.schedule.now, invariant, detail);
  }

  afterStep(host: Host): void {
    this.checkRaft(host);
    this.checkState(host);
    this.checkGrants();
    this.checkHosts();
    this.checkRule();
  }

  /** A commit of this database is about to be told to a client. */
  onAcknowledged(host: Host, lsn: number): void {
    const { database } = host;
    const record = database?.wal.records[lsn - 1];
    if (database === null || record === undefined) return;
    if (this.openedEpoch > database.epoch) {
      if (sleptUnder(host, host.lease.end) && database.effective.acks === 0) {
        // Documented (protocol §1): a machine that stood still with its clock, and nobody to wait for.
        this.world.coverage.count('KNOWN a paused machine acknowledged with k = 0');
        return;
      }
      this.violate(
        'no acknowledgement after the epoch was deposed',
        `${database.id} acknowledged in epoch ${database.epoch}, ${this.openedEpoch} was opened before`,
      );
    }
    const confirmed = this.newest?.confirmed;
    if (confirmed != null && confirmed.epoch > database.epoch) {
      const successor = this.world.host(confirmed.primary).database?.directory;
      const holds = successor == null || successor.wal.holds(record, lsn);
      // After an accepted loss the old primary may still tell what is lost, until its grant ends.
      if (!holds && this.lossAccepted) return;
      if (!holds) {
        this.violate(
          'no acknowledged write is lost',
          `${database.id} acknowledged ${record.value} at ${lsn} in epoch ${database.epoch}; ${confirmed.primary}, confirmed in ${confirmed.epoch}, lacks it`,
        );
      }
    }
    this.ledger.keep(lsn, record);
  }

  /** A standby was let in by its upstream's own rules. */
  onAttached(upstream: Database, downstream: Database): void {
    const parted = upstream.wal.partsFrom(downstream.wal);
    if (parted === null) return;
    if (this.isStale(downstream) && !parted.inWrites) {
      this.world.coverage.count('KNOWN a stale upstream let a standby in');
      return;
    }
    const common = parted.at;
    this.violate(
      'a diverged log is never attached',
      `${downstream.id} (${downstream.wal.length}) streams from ${upstream.id} (${upstream.wal.length}), but they part at ${common}`,
    );
  }

  /**
   * Nobody decided this attachment: the server came back to the upstream of an older epoch by itself
   * while its agent was away. What PostgreSQL then compares are timeline numbers, so that records of
   * an unconfirmed promotion (never a client's) can stay in the log. A replication slot named after
   * the epoch would refuse it; until then it is counted, and such a log is forgiven those records.
   */
  private isStale(database: Database): boolean {
    const { directory } = database;
    if (directory === null) return false;
    if (directory.followEpoch === this.newest?.epoch && !directory.tainted) return false;
    directory.tainted = true;
    return true;
  }

  private checkRaft(host: Host): void {
    const { state } = host.agent;
    if (state === null) return;
    const { id } = host.member;
    const { raft } = state;
    if (raft.role === 'leader') {
      const known = this.leaders.get(raft.term);
      if (known !== undefined && known !== id) {
        this.violate('one leader in a term', `${known} and ${id} lead term ${raft.term}`);
      }
      this.leaders.set(raft.term, id);
    }
    const key = `${id}/${host.incarnations}`;
    const from = this.appliedTo.get(key) ?? 0;
    if (raft.applied === from) return;
    this.appliedTo.set(key, raft.applied);
    const { baseIndex, entries } = raft.log;
    for (let index = Math.max(from, baseIndex) + 1; index <= raft.applied; index++) {
      const payload = entries[index - baseIndex - 1]?.payload;
      if (payload === undefined) continue;
      const first = this.applied.get(index);
      if (first === undefined) this.applied.set(index, payload);
      else if (first !== payload && encodeCanonical(first) !== encodeCanonical(payload)) {
        this.violate('everybody applies the same', `${id} applied another entry at ${index}`);
      }
    }
  }

  /** Same revision, same content; and the newest one is followed. */
  private checkState(host: Host): void {
    const { state } = host.agent;
    if (state === null) return;
    const { cluster, raft } = state;
    const { id } = host.member;
    if (raft.applied > this.newestApplied) {
      const before = this.newest;
      this.newestApplied = raft.applied;
      this.newest = cluster;
      if (cluster !== before) this.followed(before, cluster);
    }
    if (this.seen.get(id) === cluster.revision) return;
    this.seen.set(id, cluster.revision);
    const text = encodeCanonical({ ...cluster, granted: null });
    const first = this.contents.get(cluster.revision);
    if (first === undefined) this.contents.set(cluster.revision, text);
    else if (first !== text) {
      this.violate('one content for one revision', `${id} differs at ${cluster.revision}`);
    }
  }

  private followed(before: ClusterState | null, after: ClusterState): void {
    if (before !== null && after.epoch < before.epoch) {
      this.violate('epochs increase', `${before.epoch} was followed by ${after.epoch}`);
    }
    if (after.confirmed !== null && after.confirmed.epoch !== before?.confirmed?.epoch) {
      this.lossAccepted = before?.election?.override != null;
      this.checkConfirmed(after.confirmed.primary, after.confirmed.epoch);
    }
    this.world.coverage.stateChanged(before, after);
  }

  /** A primary is confirmed: it must have all that was ever acknowledged or visible. */
  private checkConfirmed(primary: NodeId, epoch: number): void {
    const database = this.world.host(primary).database;
    if (database?.directory == null) return;
    if (this.lossAccepted) {
      this.world.coverage.count('an operator accepted loss');
      this.ledger.giveUpWhatIsMissingFrom(database.wal);
      return;
    }
    const missing = this.ledger.missingFrom(database.wal);
    if (missing === null) return;
    this.violate(
      'no acknowledged write is lost',
      `${primary}, confirmed in epoch ${epoch}, lacks write ${missing.record.value} at ${missing.lsn} (its log ends at ${database.wal.length})`,
    );
  }

  private checkGrants(): void {
    const { now } = this.world.schedule;
    const holders = this.world.hosts.filter((host) => {
      const { agent, clock } = host;
      const member = agent.state?.member;
      if (member?.grant == null) return false;
      // What ended in a later epoch ended in this one too.
      const over = member.fenced !== null && member.fenced.epoch >= member.grant.epoch;
      const { released: last } = member.record;
      const released = last !== null && last.epoch >= member.grant.epoch;
      if (over || released || sleptUnder(host, member.grant.end)) return false;
      return clock.read(now) < member.grant.end;
    });
    if (holders.length > 1) {
      const names = holders.map(({ member }) => member.id).join(' and ');
      this.violate('at most one valid grant', `${names} hold one each`);
    }
  }

  private checkHosts(): void {
    const { now } = this.world.schedule;
    const open = this.world.hosts.filter(
      (host) => host.lease.hasOpenLease(now) && !sleptUnder(host, host.lease.end),
    );
    if (open.length > 1) {
      this.violate('at most one open port', open.map(({ member }) => member.id).join(' and '));
    }
    const answering = this.world.hosts.filter(
      (host) => answersClients(host, now) && !sleptUnder(host, host.lease.end),
    );
    for (const { database } of answering) {
      this.openedEpoch = Math.max(this.openedEpoch, database?.epoch ?? 0);
    }
    if (answering.length > 1) {
      const names = answering.map(({ member }) => member.id).join(' and ');
      this.violate('at most one primary answers clients', names);
    }
  }

  /** What the database enforces implies what is recorded (protocol §6). */
  private checkRule(): void {
    const state = this.newest;
    if (state?.phase !== 'running' || state.confirmed === null) return;
    const { primary, epoch, rule } = state.confirmed;
    const database = this.world.host(primary).database;
    if (database?.role !== 'primary' || database.process !== 'running') return;
    if (database.epoch !== epoch || implies(database.effective, rule)) return;
    this.violate(
      'the enforced rule implies the recorded one',
      `${primary} enforces ${encodeCanonical(database.effective)}, recorded is ${encodeCanonical(rule)}`,
    );
  }
}

/** Its machine stood still while this grant or lease ran: the clocks promise nothing about it. */
function sleptUnder(host: Host, end: number): boolean {
  return end > 0 && end <= host.untrustedUntil;
}
