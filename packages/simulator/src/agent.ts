import {
  REPLACES_SERVER,
  startNode,
  stepNode,
  type ActionOutcome,
  type Entry,
  type MemberAction,
  type NodeEffect,
  type NodeEvent,
  type NodeState,
} from '@mha4rdb/core';
import {
  incarnationOf,
  InvariantError,
  type DatabaseObservation,
  type Instant,
  type NodeId,
} from '@mha4rdb/kernel';
import { describeAction, refusal } from './action-end.js';
import { look, runAction, type ActionRun, type ActionUnderWay } from './engine.js';
import { findCluster } from './founding.js';
import { isAwake, isHeard, type Host } from './host.js';
import type { World } from './world.js';

/** Makes an event at the moment when the agent's loop takes it. */
type EventMaker = (now: Instant, wall: number) => NodeEvent;

/** The answer to a question that a frozen server does not answer. */
const QUESTION_DEADLINE_MS = 500;

/**
 * The process of one node: the real core, driven by what happens around it. It can crash between any
 * two effects, freeze (what arrives meanwhile waits), and be started again by its supervisor.
 */
export class Agent {
  state: NodeState | null = null;
  frozen = false;
  /** It has no Raft directory, and asks the others how to begin (or was told that it was removed). */
  isEntering = false;
  /** Counts lives: what was planned in an earlier one does nothing. */
  life = 0;
  private backlog: EventMaker[] = [];
  private action: ActionUnderWay | null = null;
  private looking = false;
  private told = '';
  private restartPlanned = false;

  constructor(
    private readonly world: World,
    private readonly host: Host,
  ) {}

  get isAlive(): boolean {
    return this.state !== null;
  }

  /** The action on its database that is under way. */
  get doing(): MemberAction['kind'] | null {
    return this.action?.kind ?? null;
  }

  start(): void {
    const { world, host } = this;
    this.restartPlanned = false;
    if (this.state !== null || this.isEntering || !isAwake(host)) return;
    world.situations.agentStarts(host);
    this.life += 1;
    this.reset();
    // Beside a database that runs, leases stay for the life that may adopt it; else they are swept.
    if (host.database?.process === 'stopped') {
      host.lease.enforce({ kind: 'closed' }, world.schedule.now);
    }
    if (host.founds || host.disk.load() !== null) return this.begin({ kind: 'found' });
    const { life } = this;
    this.isEntering = true;
    world.tell(host.member.id, 'agent has no Raft directory, and asks the others');
    const isCurrent = (): boolean => this.life === life;
    findCluster(world, host, isCurrent, (entry) => {
      this.isEntering = false;
      this.begin(entry);
    });
  }

  private begin(entry: Entry): void {
    const { world, host } = this;
    host.incarnations = entry.kind === 'join' ? entry.life : host.incarnations + 1;
    const incarnation = incarnationOf(host.incarnations);
    const { now, wall } = this.clocks();
    this.guarded(() => {
      const started = startNode(
        {
          me: host.member.id,
          role: host.member.role,
          timing: world.timing,
          founding: world.foundingFor(host),
          incarnation,
          entry,
          nonce: `cluster-${host.random.integer(0, 999_999)}`,
          seed: host.random.integer(0, 0xffffffff),
        },
        { raft: host.disk.load(), member: host.disk.member },
        now,
        wall,
      );
      this.state = started.state;
      const how = entry.kind === 'join' ? ', joins' : '';
      world.tell(host.member.id, `agent starts, life ${incarnation}${how}`);
      this.carryOut(started.effects);
    });
    this.every(world.timing.heartbeat / 5, () =>
      this.take((at, w) => ({ type: 'tick', now: at, wall: w })),
    );
    if (host.database === null) return;
    this.every(world.timing.heartbeat, () => this.lookAtDatabase());
    this.lookAtDatabase();
    this.every(world.timing.heartbeat, () => this.tellHost(true));
  }

  /** The process ends here and now; a supervisor starts it again. */
  crash(supervised: boolean): void {
    const { world, host } = this;
    if (this.isEntering) {
      this.life += 1;
      this.isEntering = false;
      if (supervised) this.startLater(host.random.integer(300, 3000));
    }
    if (this.state === null) return;
    world.situations.agentEnds(host, this.doing);
    this.life += 1;
    this.state = null;
    this.reset();
    host.disk.crash(host.random);
    world.tell(host.member.id, 'agent ends');
    if (supervised) this.startLater(host.random.integer(300, 3000));
  }

  startLater(milliseconds: number): void {
    if (this.restartPlanned) return;
    this.restartPlanned = true;
    this.world.schedule.after(milliseconds, () => this.start());
  }

  freeze(): void {
    if (this.state === null || this.frozen) return;
    this.frozen = true;
  }

  /** The first thing that a machine's agent learns after a suspend, before all that waited. */
  noticeGap(milliseconds: number): void {
    if (this.state === null) return;
    this.backlog.unshift((now, wall) => ({ type: 'gap', now, wall, ms: milliseconds }));
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    this.world.situations.agentThaws(this.host);
    const waiting = this.backlog;
    this.backlog = [];
    for (const make of waiting) this.take(make);
  }

  /** Something happened: the loop takes it now, or when it is awake again. */
  take(make: EventMaker): void {
    if (this.state === null) return;
    if (this.frozen) {
      this.backlog.push(make);
      return;
    }
    const { world, host } = this;
    const { now, wall } = this.clocks();
    const event = make(now, wall);
    world.trace.note(world.schedule.now, event.type);
    this.guarded(() => {
      if (this.state === null) return;
      const stepped = stepNode(this.state, event);
      this.state = stepped.state;
      this.carryOut(stepped.effects);
    });
    world.checks.afterStep(host);
  }

  /** The process beside it ended: its loop notices at once. */
  databaseEnded(): void {
    const { life } = this;
    this.world.schedule.after(3, () => {
      if (this.life === life) this.lookAtDatabase();
    });
  }

  private carryOut(effects: readonly NodeEffect[]): void {
    const { world, life } = this;
    for (const effect of effects) {
      if (world.faults.crashesInStep(this.host, effect)) {
        this.crash(true);
        return;
      }
      this.carryOutOne(effect);
      if (this.life !== life) return;
    }
  }

  private carryOutOne(effect: NodeEffect): void {
    const { world, host } = this;
    const { now } = world.schedule;
    switch (effect.type) {
      case 'persistRaft': {
        host.disk.begin(effect.persist);
        const { ticket } = effect.persist;
        this.afterWrite('persistRaft', () => {
          host.disk.finish();
          this.take((at, wall) => ({ type: 'raftPersisted', now: at, wall, ticket }));
        });
        return;
      }
      case 'persistMember': {
        host.disk.beginMember(effect.record);
        const { ticket } = effect;
        this.afterWrite('persistMember', () => {
          host.disk.finishMember();
          this.take((at, wall) => ({ type: 'memberPersisted', now: at, wall, ticket }));
        });
        return;
      }
      case 'send':
        return this.send(effect.to, effect.message);
      case 'startAction':
        return this.startAction(effect.id, effect.action, effect.deadline);
      case 'cancelAction':
        if (this.action?.id === effect.id) this.action.cancelled = true;
        return;
      case 'fence': {
        host.lease.enforce(effect.wish, now);
        this.tellHost(false);
        return;
      }
      case 'decided':
        return world.decided(host, effect.decision);
      case 'shutdownReady':
        return this.crash(true);
      case 'reply':
      case 'published':
      case 'changed':
        return;
    }
  }

  private send(to: NodeId, message: Extract<NodeEffect, { type: 'send' }>['message']): void {
    const { world, host } = this;
    const from = host.member.id;
    const target = world.host(to);
    world.network.send(from, to, () => {
      if (!isHeard(target, from)) return;
      target.agent.take((now, wall) => ({ type: 'received', now, wall, from, message }));
    });
  }

  private afterWrite(effect: 'persistRaft' | 'persistMember', done: () => void): void {
    const { world, host, life } = this;
    const slow = host.slowDiskUntil > world.schedule.now;
    const ms = slow ? host.random.integer(50, 1500) : 0.2 + host.random.next() * 2;
    if (world.faults.crashesInWrite(host, effect)) {
      world.schedule.after(ms * host.random.next(), () => {
        if (this.life === life) this.crash(true);
      });
    }
    // The kernel finishes a write also while the process is frozen; it only learns of it later.
    world.schedule.after(ms, () => {
      if (this.life !== life) return;
      if (world.schedule.now < host.diskFailsUntil) return this.endOnBadDisk();
      done();
    });
  }

  /** What a failed fsync left is unknown, so that the process must not go on with it (R4). */
  private endOnBadDisk(): void {
    const { world, host } = this;
    world.coverage.count(`agent ended: disk ${host.diskFailure}`);
    if (host.diskFailure === 'full') host.disk.lose();
    this.crash(true);
  }

  private startAction(id: number, action: MemberAction, deadline: Instant): void {
    const { world, host, life } = this;
    if (this.action !== null) throw new InvariantError('effect', 'two actions at once');
    if (host.database === null) throw new InvariantError('effect', 'an arbiter has no database');
    world.tell(host.member.id, `begins ${describeAction(action)}`);
    world.recorder.action(host, world.schedule.now, action.kind, 'begins');
    const running = { id, kind: action.kind, cancelled: false };
    this.action = running;
    const run: ActionRun = runAction(action, world.surroundings(host, host.database));
    const proceed = (): void => {
      if (this.life !== life) return;
      if (this.frozen) return world.schedule.after(20, proceed);
      if (running.cancelled) return this.endAction(id, action, refusal('cancelled'));
      if (this.clocks().now >= deadline) return this.endAction(id, action, refusal('deadline'));
      const step = run.next();
      if (step.done === true) this.endAction(id, action, step.value);
      else world.schedule.after(step.value, proceed);
    };
    proceed();
  }

  /** Tells the core, with a look that was taken after the end. */
  private endAction(id: number, action: MemberAction, outcome: ActionOutcome): void {
    const { world, host, life } = this;
    const startedAt = this.clocks().now;
    world.coverage.actionEnded(action, outcome);
    const step = outcome.ok ? 'done' : 'failed';
    world.recorder.action(host, world.schedule.now, action.kind, step, outcome.failure?.message);
    const looks = REPLACES_SERVER.has(action.kind) || !outcome.ok;
    const isSilent = looks && host.database?.frozen === true;
    world.schedule.after(isSilent ? QUESTION_DEADLINE_MS : host.random.next() * 3, () => {
      if (this.life !== life) return;
      this.action = null;
      const seen = looks ? { startedAt, database: this.observe() } : null;
      this.take((now, wall) => ({ type: 'actionEnded', now, wall, id, outcome, look: seen }));
    });
  }

  private lookAtDatabase(): void {
    const { world, host, life } = this;
    if (this.looking || this.frozen) return;
    this.looking = true;
    const startedAt = this.clocks().now;
    const frozen = host.database?.frozen === true;
    const early = host.random.chance(0.5) ? this.observe() : null;
    world.schedule.after(frozen ? QUESTION_DEADLINE_MS : 1 + host.random.next() * 12, () => {
      if (this.life !== life) return;
      this.looking = false;
      const database = early ?? this.observe();
      this.take((now, wall) => ({ type: 'observed', now, wall, startedAt, database }));
    });
  }

  private observe(): DatabaseObservation {
    const { database } = this.host;
    if (database === null) throw new InvariantError('effect', 'an arbiter has no database');
    return look(database);
  }

  /** What stands in the kernel, when it changed or when it is time. */
  private tellHost(always: boolean): void {
    const { world, host, life } = this;
    const now = world.schedule.now;
    if (!always && host.lease.describe(now) === this.told) return;
    this.told = host.lease.describe(now);
    world.schedule.after(0.5 + host.random.next() * 3, () => {
      if (this.life !== life) return;
      const at = world.schedule.now;
      const view = {
        fencing: 'address+port',
        vip: host.lease.hasVip(at),
        vipMs: 5,
        vips: [],
        // Without a table nobody is kept out: the edge calls that open too.
        open: host.lease.admitsClients(at),
      };
      this.take((local, wall) => ({ type: 'hostObserved', now: local, wall, host: view }));
    });
  }

  private every(milliseconds: number, action: () => void): void {
    const { world, host, life } = this;
    const wait = host.clock.lasts(milliseconds);
    const again = (): void => {
      if (this.life !== life) return;
      if (!this.frozen) action();
      world.schedule.after(wait, again);
    };
    world.schedule.after(wait * host.random.next(), again);
  }

  private clocks(): { readonly now: Instant; readonly wall: number } {
    const { now } = this.world.schedule;
    return { now: this.host.clock.read(now), wall: this.host.clock.wall(now) };
  }

  private reset(): void {
    this.frozen = false;
    this.backlog = [];
    this.action = null;
    this.looking = false;
    this.told = '';
  }

  /** The core's own assertions are checks of the simulation too. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      this.world.checks.violate(
        'core',
        `${this.host.member.id}: ${thrown.stack ?? thrown.message}`,
      );
    }
  }
}
