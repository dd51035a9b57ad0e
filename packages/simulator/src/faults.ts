import type { NodeEffect } from '@mha4rdb/core';
import type { SeededRandom } from '@mha4rdb/kernel';
import { completeFault } from './draw-fault.js';
import { isAmbush, type Ambush, type FaultKind, type ScriptedFault } from './fault.js';
import { drawCore } from './core-members.js';
import type { Host } from './host.js';
import { mayLoseItsDirectory } from './intact-majority.js';
import { both, describeFault, inject } from './inject.js';
import { endWork } from './operator.js';
import { CALM } from './network.js';
import type { World } from './world.js';

/** One in so many effects or writes, when such crashes are enabled. */
const CRASH_IN_STEP = 0.0004;
/** What is worth crashing around: a hundred times as often. */
const CRASH_BIAS = 100;
/** While an action is under way: promotions and what else is done in steps. */
const BUSY_BIAS = 30;
/** While that action is a hand-over: there are few of them, and they are short. */
const HANDING_OVER_BIAS = 300;
const CRASH_IN_WRITE = 0.002;
const ACTION_FAILURE = 0.1;

/** Rare ones: so many of those that are drawn really come. */
const THINNED: Readonly<Partial<Record<FaultKind, number>>> = {
  'all-power-loss': 0.3,
  'accepted-loss': 0.4,
  'raft-loss': 0.3,
  'member-add': 0.3,
  'member-remove': 0.3,
};

/** Faults of one machine alone. */
const STAYS_AT_HOME: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'agent-crash',
  'agent-freeze',
  'agent-restart',
  'database-crash',
  'database-freeze',
  'power-loss',
  'vm-pause',
  'suspend',
  'clock-rate',
  'wall-jump',
  'slow-disk',
  'raft-disk-full',
  'raft-disk-error',
  'slow-database-disk',
  'database-disk-full',
  'database-disk-error',
]);

/**
 * Injects what the run's options enabled and its script says, until everything heals; and keeps a
 * record of each fault, so that the run can be played again from the record.
 */
export class Faults {
  readonly injected: ScriptedFault[] = [];
  /** Whom faults may hit now. */
  private victims: readonly Host[];
  /** Of liveness mode, once it has begun: who stays healthy for good. */
  core: readonly Host[] = [];
  /** Of the script: what waits for its moment. */
  private readonly ambushes: ScriptedFault[] = [];

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
  ) {
    this.victims = world.hosts;
    for (const kind of world.options.faults) if (!isAmbush(kind)) this.plan(kind);
    for (const fault of world.options.script) this.expect(fault);
  }

  actionFails(host: Host, action: string): boolean {
    return this.strikes('action-failure', host, action, ACTION_FAILURE);
  }

  crashesInStep(host: Host, effect: NodeEffect): boolean {
    const chance = CRASH_IN_STEP * crashBias(host, effect);
    const name = effect.type === 'startAction' ? `startAction ${effect.action.kind}` : effect.type;
    const crashes = this.strikes('crash-in-step', host, name, chance);
    if (crashes) this.world.coverage.count(`crash before ${name}`);
    return crashes;
  }

  crashesInWrite(host: Host, effect: 'persistRaft' | 'persistMember'): boolean {
    return this.strikes('crash-in-write', host, effect, CRASH_IN_WRITE);
  }

  /** No more faults; what is broken is mended. */
  heal(): void {
    const { world } = this;
    world.tell('world', 'everything heals');
    world.recorder.healed(world.schedule.now);
    this.victims = [];
    world.network.heal();
    world.network.weather = CALM;
    for (const host of world.hosts) {
      world.mend(host);
      // It may wait for members that are gone: its operators renew its list, which is read at its start.
      if (host.agent.state?.raft.snapshot === null) host.agent.crash(true);
    }
    this.resume();
  }

  /**
   * A core heals for good; the others are cut off from it for good, and are dead or go on failing.
   * What they say may still arrive at the core: who is deaf must not disturb those who are not.
   */
  healCore(): void {
    const { world, random } = this;
    this.core = drawCore(world.hosts, world.checks.newest, random);
    const others = world.hosts.filter((host) => !this.core.includes(host));
    world.tell('world', `liveness: only ${this.core.map(({ member }) => member.id).join()} heal`);
    world.recorder.healed(world.schedule.now);
    world.network.heal();
    world.network.weather = CALM;
    for (const host of this.core) world.mend(host);
    const dead = random.chance(0.5);
    const deaf = random.chance(0.5);
    this.victims = dead ? [] : others;
    for (const host of others) {
      if (dead) world.losePower(host);
      for (const name of [...this.core.map(({ member }) => String(member.id)), 'client']) {
        const links = both(name, host.member.id, null);
        world.network.cut(deaf && name !== 'client' ? links.slice(0, 1) : links);
      }
    }
    if (others.some(({ member }) => member.id === world.checks.newest?.primary)) {
      world.coverage.count('a core without the old primary');
    }
    this.resume();
  }

  /** Again and again: at any one moment nobody may coordinate. */
  private resume(): void {
    endWork(this.world);
    this.world.schedule.after(2000, () => this.resume());
  }

  /** A drawn one comes by chance, a scripted one at the first opportunity. */
  private strikes(kind: Ambush, host: Host, detail: string, chance: number): boolean {
    if (!this.victims.includes(host)) return false;
    const { id } = host.member;
    const { now } = this.world.schedule;
    const found = this.ambushes.findIndex(
      (waiting) =>
        waiting.fault === kind &&
        waiting.atMs <= now &&
        (waiting.member === undefined || waiting.member === id) &&
        (waiting.detail === undefined || waiting.detail === detail),
    );
    if (found >= 0) this.ambushes.splice(found, 1);
    else if (!this.world.options.faults.includes(kind) || !this.random.chance(chance)) return false;
    this.record({ atMs: now, fault: kind, member: id, detail });
    return true;
  }

  private expect(fault: ScriptedFault): void {
    if (isAmbush(fault.fault)) {
      this.ambushes.push(fault);
      return;
    }
    this.world.schedule.at(fault.atMs, () => {
      this.come(fault);
    });
  }

  private plan(kind: FaultKind): void {
    const { world, random } = this;
    const wait = -Math.log(1 - random.next() * 0.999) * world.options.faultEveryMs;
    world.schedule.after(wait, () => {
      if (this.victims.length === 0) return;
      if (random.chance(THINNED[kind] ?? 1)) this.come({ atMs: world.schedule.now, fault: kind });
      this.plan(kind);
    });
  }

  private come(given: ScriptedFault): void {
    const { world, random } = this;
    const { now } = world.schedule;
    if (this.victims.length === 0) return;
    // Beside a healthy core, what goes beyond one machine would touch the core too.
    if (this.core.length > 0 && !STAYS_AT_HOME.has(given.fault)) return;
    for (const fault of completeFault({ ...given, atMs: now }, world, random, this.victims)) {
      if (fault.fault === 'member-add') world.install(fault);
      const host = world.host(fault.member ?? '');
      if (!this.victims.includes(host)) continue;
      if (fault.fault === 'raft-loss' && !mayLoseItsDirectory(host, world.hosts)) continue;
      this.record(fault);
      const mend = inject(fault, host, world);
      if (mend === null) continue;
      world.schedule.after(fault.forMs ?? 0, () => {
        if (!this.victims.includes(host)) return;
        mend();
        world.recorder.mended(fault, world.schedule.now);
        world.tell(host.member.id, `${fault.fault} is over`);
      });
    }
  }

  private record(fault: ScriptedFault): void {
    const { world } = this;
    this.injected.push(fault);
    world.coverage.count(`fault ${fault.fault}`);
    world.situations.faulted(fault);
    world.recorder.fault(fault, describeFault(fault));
    world.tell(fault.member ?? 'world', describeFault(fault));
  }
}

function crashBias({ agent }: Host, effect: NodeEffect): number {
  if (agent.doing === 'handOver') return HANDING_OVER_BIAS;
  if (effect.type === 'persistMember' || effect.type === 'startAction') return CRASH_BIAS;
  return agent.doing === null ? 1 : BUSY_BIAS;
}
