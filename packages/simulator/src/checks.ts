import { implies, type ClusterState } from '@mha4rdb/core';
import { encodeCanonical, type NodeId } from '@mha4rdb/kernel';
import type { Database } from './database.js';
import { answersClients, type Host } from './host.js';
import { Ledger } from './ledger.js';
import { RaftChecks } from './raft-checks.js';
import { SameContent } from './same-content.js';
import type { World } from './world.js';

/** A broken promise: the end of the run. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
  readonly at: number;
}

/**
 * More events than this in one second of true time are no cluster at work (nine hosts that all fail have
 * some thousands), but something that answers itself for ever: the run ends there instead of never.
 */
const MOST_EVENTS_A_SECOND = 50_000;

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
  /** By revision, as it was first seen anywhere; without the grant. */
  private readonly contents = new Map<number, ClusterState>();
  private readonly same = new SameContent();
  private readonly seen = new Map<NodeId, number>();

  private readonly raft: RaftChecks;
  /** Where the core made a step since the last look. */
  private readonly stepped: Host[] = [];

  constructor(private readonly world: World) {
    this.raft = new RaftChecks(
      world.hosts,
      (invariant, detail) => this.violate(invariant, detail),
      () => world.situations.leads(),
    );
  }

  violate(invariant: string, detail: string): void {
    this.violation ??= { invariant, detail, at: this.world.schedule.now };
    this.world.tell('CHECK', `${invariant}: ${detail}`);
    this.world.recorder.violation(this.world.schedule.now, invariant, detail);
  }

  /** The core on this host made a step: its state is looked at when the event is over. */
  afterStep(host: Host): void {
    this.stepped.push(host);
  }

  /** After every event. Whatever happened, true time has passed, so that all hosts are looked at. */
  afterEvent(): void {
    for (const host of this.stepped) {
      this.raft.afterStep(host);
      this.checkState(host);
    }
    this.stepped.length = 0;
    this.checkHosts();
    this.checkRule();
    if (this.world.schedule.inSecond > MOST_EVENTS_A_SECOND) {
      this.violate('true time goes on', `more than ${MOST_EVENTS_A_SECOND} events in one second`);
    }
  }

  /** A commit of this database is about to be told to a client. */
  onAcknowledged(host: Host, lsn: number): void {
    this.onTold(host, lsn, false);
  }

  /** A client reads what this database shows: as good as told. */
  onRead(host: Host, lsn: number): void {
    this.onTold(host, lsn, true);
  }

  private onTold(host: Host, lsn: number, read: boolean): void {
    const { database } = host;
    const record = database?.wal.records[lsn - 1];
    if (database === null || record === undefined) return;
    if (this.openedEpoch > database.epoch) {
      if (sleptUnder(host, host.lease.end) && (read || database.effective.acks === 0)) {
        // Documented (protocol §1): its port lease outlives the grant in true time. It can show what
        // is old, and acknowledge only where there is nobody to wait for.
        const what = read ? 'showed old data' : 'acknowledged with k = 0';
        this.world.coverage.count(`KNOWN a machine that had slept ${what}`);
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
    if (!read) this.world.situations.acknowledged();
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
    // Before anything was agreed on, each has what its own configuration says.
    if (this.seen.get(id) === cluster.revision || cluster.revision === 0) return;
    this.seen.set(id, cluster.revision);
    const content = { ...cluster, granted: null };
    const first = this.contents.get(cluster.revision);
    if (first === undefined) this.contents.set(cluster.revision, content);
    else if (!this.same.test(first, content)) {
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
    this.checkAppointment(before, after);
    this.world.coverage.stateChanged(before, after);
    if (before !== null) this.world.situations.followed(before, after);
  }

  /** Whoever is appointed could be a primary, and has by then all that it must have. */
  private checkAppointment(before: ClusterState | null, after: ClusterState): void {
    if (after.phase !== 'appointed' || after.primary === null) return;
    if (before === null || before.epoch === after.epoch) return;
    const { election } = before;
    const host = this.world.host(after.primary);
    const { database } = host;
    if (host.member.role !== 'data' || database === null) {
      return this.violate('only a data member is appointed', host.member.id);
    }
    const planned = election?.cause === 'switchover' || election?.cause === 'operator';
    if (before.paused && after.paused && !planned && election !== null) {
      this.violate('a pause appoints nobody', `${host.member.id} in epoch ${after.epoch}`);
    }
    if (election === null || election.override !== null || database.directory === null) return;
    const missing = this.ledger.missingFrom(database.wal);
    if (missing === null) return;
    this.violate(
      'no acknowledged write is lost',
      `${host.member.id}, appointed in epoch ${after.epoch}, lacks write ${missing.record.value} at ${missing.lsn}`,
    );
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

  /** One valid grant, one open port, one primary that answers clients: in true time, in one pass. */
  private checkHosts(): void {
    const { now } = this.world.schedule;
    let grants = 0;
    let ports = 0;
    let answering = 0;
    for (const host of this.world.hosts) {
      if (holdsGrant(host, now)) grants += 1;
      const { lease, database } = host;
      this.checkRemoved(host, now);
      const trusted = !sleptUnder(host, lease.end);
      if (trusted && lease.hasOpenLease(now)) ports += 1;
      if (!trusted || database === null || !answersClients(host, now)) continue;
      answering += 1;
      const { epoch } = database;
      if (epoch > this.openedEpoch) this.openedEpoch = epoch;
    }
    if (grants > 1) this.tellBoth('at most one valid grant', (host) => holdsGrant(host, now));
    if (ports > 1) this.tellBoth('at most one open port', ({ lease }) => lease.hasOpenLease(now));
    if (answering > 1) {
      this.tellBoth('at most one primary answers clients', (host) => answersClients(host, now));
    }
  }

  /** Whoever knows that it was removed keeps its ports shut. */
  private checkRemoved(host: Host, now: number): void {
    if (host.agent.state?.raft.retired == null || sleptUnder(host, host.lease.end)) return;
    if (host.lease.hasOpenLease(now) || answersClients(host, now)) {
      this.violate('a removed member stays fenced', host.member.id);
    }
  }

  private tellBoth(invariant: string, which: (host: Host) => boolean): void {
    const names = this.world.hosts.filter(which).map(({ member }) => member.id);
    this.violate(invariant, names.join(' and '));
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

/** As it knows itself, neither over nor given back. */
function holdsGrant(host: Host, now: number): boolean {
  const member = host.agent.state?.member;
  const grant = member?.grant;
  if (member == null || grant == null || host.clock.read(now) >= grant.end) return false;
  // What ended in a later epoch ended in this one too.
  if (member.fenced !== null && member.fenced.epoch >= grant.epoch) return false;
  const { released } = member.record;
  if (released !== null && released.epoch >= grant.epoch) return false;
  return !sleptUnder(host, grant.end);
}
