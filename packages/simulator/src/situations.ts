import {
  dataMembers,
  isLeader,
  isMember,
  memberOf,
  sameRule,
  type ClusterState,
} from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import type { FaultKind, ScriptedFault } from './fault.js';
import type { Goal } from './goals.js';
import type { Host } from './host.js';
import type { World } from './world.js';

/** What an agent's action is called as a step of a promotion. */
const STEPS: Readonly<Record<string, Goal>> = {
  applyRule: 'agent lost during promotion: rule',
  promote: 'agent lost during promotion: promote',
  writeMarker: 'agent lost during promotion: marker',
  barrier: 'agent lost during promotion: barrier',
};

const OTHER_ACTIONS: Readonly<Record<string, Goal>> = {
  seal: 'agent lost during a seal',
  rewind: 'agent lost during a rewind',
  clone: 'agent lost during a copy',
  handOver: 'agent lost while it handed over',
};

const ISOLATING: ReadonlySet<FaultKind> = new Set<FaultKind>(['partition', 'one-way', 'agent-cut']);
const LOSING: ReadonlySet<FaultKind> = new Set<FaultKind>(['power-loss', 'vm-pause', 'suspend']);

/** Notices the named situations (`goals.ts`) as they come about. Changes nothing in the run. */
export class Situations {
  /** Agents that ended in order and left their database in service. */
  private readonly kept = new Set<Host>();
  /** The epoch that a switchover appointed, until it is confirmed. */
  private switched = 0;
  /** Removed while their agent was dead, frozen or without power, and not heard of since. */
  private readonly removedAway = new Set<Host>();

  constructor(private readonly world: World) {}

  agentEnds(host: Host, action: string | null): void {
    const { state } = host.agent;
    if (state === null) return;
    const { cluster, member, raft, shutdownReady } = state;
    if (host.disk.life > 0 && !isMember(raft.configuration.value, raft.options.id)) {
      this.count('an agent was lost before its readmission');
    }
    if (shutdownReady && member?.shutdown === 'keep') this.kept.add(host);
    const other = action === null ? undefined : OTHER_ACTIONS[action];
    if (other !== undefined) this.count(other);
    if (cluster.primary !== host.member.id) return;
    const step = action === null ? undefined : STEPS[action];
    if (cluster.phase === 'appointed' && step !== undefined) this.count(step);
    const opened = host.lease.hasOpenLease(this.world.schedule.now);
    if (cluster.phase === 'running' && cluster.confirmed?.epoch === cluster.epoch && !opened) {
      this.count('agent lost during promotion: before the gate');
    }
  }

  agentStarts(host: Host): void {
    if (!this.kept.delete(host)) return;
    const inTime = host.lease.hasOpenLease(this.world.schedule.now);
    this.count(inTime ? 'a keep-restart came back in time' : 'a keep-restart overran its grant');
  }

  agentThaws(host: Host): void {
    const member = host.agent.state?.member;
    const end = member?.grant?.end;
    if (end === undefined || member?.fenced !== null) return;
    const now = this.world.schedule.now;
    if (host.clock.read(now) >= end) this.count('a frozen agent woke up after its grant had ended');
  }

  wakes(host: Host, sleptMs: number): void {
    const member = host.agent.state?.member;
    if (member?.grant == null || member.fenced !== null) return;
    if (sleptMs > this.world.timing.grant) this.count('a machine slept through its grant');
  }

  powerLost(): void {
    if (this.world.hosts.every(({ powered }) => !powered)) {
      this.count('all machines were without power at once');
    }
  }

  leads(): void {
    const phase = this.world.checks.newest?.phase;
    if (phase === 'electing') this.count('the coordinator changed during an election');
    if (phase === 'appointed')
      this.count('the coordinator changed while an appointment was under way');
    const members = this.world.checks.newest?.members ?? [];
    if (members.some(({ standing }) => standing !== undefined)) {
      this.count('the coordinator changed during a change of members');
    }
  }

  faulted({ fault, member, side }: ScriptedFault): void {
    const state = this.world.checks.newest;
    const primary = state?.primary ?? null;
    if (state === null || primary === null) return;
    const hit = member === primary;
    if (fault === 'raft-loss') this.directoryLost(member ?? '', hit);
    if (fault === 'clock-rate' && hit && state.phase === 'running') {
      this.count('the clock of a grant holder changed its rate');
    }
    if (fault === 'database-disk-full' && hit) this.count('the disk of the primary was full');
    if (LOSING.has(fault) && hit && state.paused) this.count('a paused cluster lost its primary');
    if (!isDegraded(state)) return;
    const apart = side?.includes(primary) === true ? side.length === 1 : hit && side === undefined;
    if (ISOLATING.has(fault) && apart) this.count('a degraded primary was isolated');
    if (LOSING.has(fault) && hit) this.count('a degraded primary was lost for a while');
  }

  private directoryLost(member: string, isPrimary: boolean): void {
    const raft = this.world.host(member).agent.state?.raft;
    if (raft !== undefined && isLeader(raft)) this.count('a coordinator lost its Raft directory');
    if (isPrimary) this.count('a primary lost its Raft directory');
  }

  /** It was told that it was removed: from here on the checks want its ports shut for ever. */
  learnedItsRemoval(host: Host): void {
    this.count('a removed member learned it');
    if (this.removedAway.delete(host)) this.count('a removed member returned and stayed fenced');
  }

  acknowledged(): void {
    const state = this.world.checks.newest;
    if (state !== null && isDegraded(state)) {
      this.count('a write was acknowledged by a degraded primary');
    }
  }

  followed(before: ClusterState, after: ClusterState): void {
    if (before.switchover !== null && after.switchover === null) {
      if (after.phase === 'running') this.count('a switchover was cancelled or failed');
      else if (after.election?.cause !== 'switchover') this.count('failover during a switchover');
    }
    if (before.events !== after.events) this.workEnded(before, after);
    if (before.members !== after.members) this.membersChanged(before, after);
    if (before.incarnation !== after.incarnation && before.epoch === after.epoch) {
      this.adopted(after);
    }
    if (before.epoch !== after.epoch && before.election?.cause === 'switchover') {
      this.switched = after.epoch;
    }
    if (before.epoch !== after.epoch && this.coordinatorRole() === 'arbiter') {
      this.count('an arbiter coordinated an election');
    }
    if (before.confirmed?.epoch !== after.confirmed?.epoch) this.confirmed(after);
  }

  private membersChanged(before: ClusterState, after: ClusterState): void {
    for (const { id, life, standing, maintenance } of after.members) {
      const old = memberOf(before, id);
      if (old === undefined) this.added(before);
      else if (old.life !== life && old.life !== null) {
        this.count('a member was readmitted');
        if (after.phase === 'electing') this.count('readmission during an election');
        if (after.phase === 'appointed') {
          this.count('readmission while an appointment was under way');
        }
      }
      if (maintenance === true && old?.maintenance !== true) this.takenAside(id, after);
      const arrived = old?.standing === 'joining' && standing === undefined;
      if (arrived && old.role === 'data') this.count('a new data member came into service');
    }
    for (const { id } of before.members) {
      if (memberOf(after, id) !== undefined) continue;
      this.count('a member was removed');
      const host = this.world.host(id);
      if (host.agent.isAlive && !host.agent.frozen) continue;
      this.count('a member was removed while it was away');
      this.removedAway.add(host);
    }
  }

  private workEnded({ events }: ClusterState, after: ClusterState): void {
    for (const { id, kind } of events.filter(({ result }) => result === 'running')) {
      if (after.events.find((event) => event.id === id)?.result !== 'done') continue;
      if (kind === 'serversRestarted') this.count('servers were restarted by order');
      if (kind === 'memberReinitialized') this.count('a standby was copied by order');
    }
  }

  private takenAside(id: NodeId, { confirmed }: ClusterState): void {
    this.count('a member was taken aside');
    if (confirmed?.rule.standbys.includes(id) === true) {
      this.count('a member that commits counted on was taken aside');
    }
  }

  private added(before: ClusterState): void {
    this.count('a member was added');
    if (before.phase !== 'running') this.count('a member was added while nobody was primary');
    if (isDegraded(before)) this.count('a member was added while the primary was degraded');
    if (before.members.some(({ standing }) => standing !== undefined)) {
      this.count('a member was added while another change was under way');
    }
  }

  private adopted({ primary, confirmed }: ClusterState): void {
    const rule = primary === null ? null : this.world.host(primary).database?.directory?.rule;
    if (rule == null || confirmed === null || sameRule(rule, confirmed.rule)) return;
    this.count('adoption while a rule change was in flight');
  }

  private confirmed({ confirmed, members }: ClusterState): void {
    if (members.some(({ maintenance }) => maintenance === true)) {
      this.count('a primary was appointed while a member was aside');
    }
    if (confirmed?.epoch === this.switched) this.count('a switchover was completed');
    const running = this.world.hosts.filter(
      ({ database }) => database?.role === 'primary' && database.process === 'running',
    );
    if (running.length > 1) this.count('two servers ran as primaries, one of them fenced');
  }

  private coordinatorRole(): 'data' | 'arbiter' | undefined {
    const leaders = this.world.hosts.filter(
      ({ agent }) => agent.state !== null && isLeader(agent.state.raft),
    );
    return leaders.length === 1 ? leaders[0]?.member.role : undefined;
  }

  private count(goal: Goal): void {
    this.world.coverage.count(goal);
  }
}

/** The primary goes on alone though copies are wanted. */
function isDegraded({ confirmed, settings, phase, members }: ClusterState): boolean {
  return (
    phase === 'running' &&
    confirmed !== null &&
    confirmed.rule.acks === 0 &&
    settings.durability.mode !== 'async' &&
    dataMembers({ members }).length > 1
  );
}
