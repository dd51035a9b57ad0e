import type { NodeEffect, NodeEvent } from '@mha4rdb/core';
import type { SeededRandom } from '@mha4rdb/kernel';
import type { Host } from './host.js';
import { CALM } from './network.js';
import type { FaultKind } from './options.js';
import type { World } from './world.js';

/** One in so many effects or writes, when such crashes are enabled. */
const CRASH_IN_STEP = 0.0004;
/** What is worth crashing around: ten times as often. */
const CRASH_BIAS = 10;
const CRASH_IN_WRITE = 0.002;

type CutKind = Extract<
  FaultKind,
  'partition' | 'one-way' | 'client-cut' | 'stream-cut' | 'agent-cut'
>;

/** Injects what the run's options enabled, until everything heals. */
export class Faults {
  private active = true;
  private operations = 0;

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
  ) {
    for (const kind of world.options.faults) this.plan(kind);
  }

  get actionFailChance(): number {
    return this.active && this.has('action-failure') ? 0.1 : 0;
  }

  crashesInStep(effect: NodeEffect): boolean {
    if (!this.active || !this.has('crash-in-step')) return false;
    const biased = effect.type === 'persistMember' || effect.type === 'startAction';
    const crashes = this.random.chance(CRASH_IN_STEP * (biased ? 10 * CRASH_BIAS : 1));
    if (crashes) this.world.coverage.count(`crash before ${effect.type}`);
    return crashes;
  }

  crashesInWrite(): boolean {
    if (!this.active || !this.has('crash-in-write')) return false;
    return this.random.chance(CRASH_IN_WRITE);
  }

  /** No more faults; what is broken is mended. */
  heal(): void {
    const { world } = this;
    world.trace.say(world.schedule.now, 'world', 'everything heals');
    this.active = false;
    world.network.heal();
    world.network.weather = CALM;
    for (const host of world.hosts) {
      world.restorePower(host);
      host.slowDiskUntil = 0;
      host.agent.thaw();
      host.database?.thaw();
      if (!host.agent.isAlive) host.agent.startLater(100);
    }
    this.resume();
  }

  /** Again and again: at any one moment nobody may coordinate. */
  private resume(): void {
    if (this.world.checks.newest?.paused === true) this.ask((id) => ({ kind: 'resume', id }));
    this.world.schedule.after(2000, () => this.resume());
  }

  private has(kind: FaultKind): boolean {
    return this.world.options.faults.includes(kind);
  }

  private plan(kind: FaultKind): void {
    const { world, random } = this;
    const wait = -Math.log(1 - random.next() * 0.999) * world.options.faultEveryMs;
    world.schedule.after(wait, () => {
      if (!this.active) return;
      this.inject(kind);
      this.plan(kind);
    });
  }

  private inject(kind: FaultKind): void {
    const { world, random } = this;
    const host = this.victim();
    const say = (text: string): void => world.trace.say(world.schedule.now, host.member.id, text);
    world.coverage.count(`fault ${kind}`);
    switch (kind) {
      case 'agent-crash':
        return host.agent.crash(true);
      case 'agent-freeze':
        say('agent frozen');
        host.agent.freeze();
        return this.later(random.integer(50, 8000), () => {
          say('agent thawed');
          host.agent.thaw();
        });
      case 'database-crash':
        say('database killed');
        return host.database?.crash();
      case 'database-freeze':
        say('database frozen');
        host.database?.freeze();
        return this.later(random.integer(50, 8000), () => {
          say('database thawed');
          host.database?.thaw();
        });
      case 'power-loss':
        world.losePower(host);
        return this.later(random.integer(500, 20_000), () => world.restorePower(host));
      case 'all-power-loss':
        return this.loseAllPower();
      case 'partition':
      case 'one-way':
      case 'client-cut':
      case 'stream-cut':
      case 'agent-cut':
        return this.cut(kind, host);
      case 'slow-disk':
        say('disk slow');
        host.slowDiskUntil = world.schedule.now + random.integer(500, 8000);
        return;
      case 'switchover': {
        const to = random.chance(0.5) ? null : host.member.id;
        return this.ask((id) => ({ kind: 'switchover', id, to }));
      }
      case 'failover':
        return this.ask((id) => ({
          kind: 'failover',
          id,
          to: null,
          allowDataLoss: false,
          reason: 'simulated',
        }));
      case 'accepted-loss':
        if (random.chance(0.6)) return;
        return this.ask((id) => ({
          kind: 'failover',
          id,
          to: random.chance(0.5) || host.database === null ? null : host.member.id,
          allowDataLoss: true,
          reason: 'simulated',
        }));
      case 'pause': {
        const pauses = random.chance(0.4);
        return this.ask((id) => ({ kind: pauses ? 'pause' : 'resume', id }));
      }
      case 'agent-restart': {
        const mode = random.pick(['handover', 'keep', 'keep', 'immediate'] as const);
        say(`agent is told to end: ${mode}`);
        return host.agent.take((now, wall) => ({ type: 'shutdown', now, wall, mode }));
      }
      case 'crash-in-step':
      case 'crash-in-write':
      case 'action-failure':
        return;
    }
  }

  private loseAllPower(): void {
    const { world, random } = this;
    if (random.chance(0.7)) return;
    for (const host of world.hosts) {
      world.losePower(host);
      this.later(random.integer(500, 20_000), () => world.restorePower(host));
    }
  }

  /** The primary's host is hit more often than its share. */
  private victim(): Host {
    const { world, random } = this;
    const primary = world.checks.newest?.primary;
    if (primary != null && random.chance(0.4)) return world.host(primary);
    return random.pick(world.hosts);
  }

  private cut(kind: CutKind, host: Host): void {
    const { world, random } = this;
    const { network } = world;
    const ids = world.hosts.map(({ member }) => member.id);
    const lone = random.chance(0.6);
    const side = new Set<string>(lone ? [host.member.id] : ids.filter(() => random.chance(0.5)));
    if (random.chance(0.5)) side.add('client');
    const others = [...ids, 'client'].filter((id) => !side.has(id));
    world.trace.say(world.schedule.now, 'world', `${kind}: ${[...side].join()} | ${others.join()}`);
    if (kind === 'client-cut') {
      network.cut('client', host.member.id);
      network.cut(host.member.id, 'client');
    } else {
      const only = kind === 'stream-cut' ? 'databases' : kind === 'agent-cut' ? 'agents' : null;
      for (const a of side) {
        for (const b of others) {
          network.cut(a, b, only);
          if (kind !== 'one-way') network.cut(b, a, only);
        }
      }
    }
    this.later(random.integer(200, 15_000), () => {
      if (network.isWhole) return;
      world.trace.say(world.schedule.now, 'world', 'the network heals');
      network.heal();
    });
  }

  /** Every agent is asked; whoever coordinates takes it up. */
  private ask(make: (id: string) => Extract<NodeEvent, { type: 'operator' }>['request']): void {
    const request = make(`op-${++this.operations}`);
    this.world.trace.say(this.world.schedule.now, 'operator', JSON.stringify(request));
    for (const { agent } of this.world.hosts) {
      agent.take((now, wall) => ({ type: 'operator', now, wall, request }));
    }
  }

  private later(milliseconds: number, action: () => void): void {
    this.world.schedule.after(milliseconds, () => {
      if (this.active) action();
    });
  }
}
