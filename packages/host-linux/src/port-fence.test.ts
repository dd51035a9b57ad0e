import { durationOf, instantOf, ok, type Duration, type Instant } from '@mha4rdb/kernel';
import type { PortWish } from '@mha4rdb/vip';
import fc from 'fast-check';
import { hostErr, type HostResult } from './host-failure.js';
import { createPortFence } from './port-fence.js';
import type { PortKernel } from './port-kernel.js';

const PORT = 5432;

/**
 * The kernel's side, on a clock of its own that the test moves: sets whose elements end, commands
 * that happen at once or not at all, and a process that may stand still before and after each of
 * its calls and each look at the clock.
 */
class SimulatedKernel implements PortKernel {
  time = 1000;
  /** Set name -> element -> end. `null`: no table. */
  sets: Map<string, Map<string, number>> | null = null;
  constructor(private readonly pauses: readonly number[]) {}
  private turn = 0;

  private pause(): void {
    this.time += this.pauses[this.turn++ % this.pauses.length] ?? 0;
  }

  readonly now = (): Instant => {
    const read = instantOf(this.time);
    this.pause();
    return read;
  };

  alive(set: string): readonly number[] {
    return [...(this.sets?.get(set)?.values() ?? [])].filter((end) => end > this.time);
  }

  /** One call: the process may stand still before and after it, the kernel acts in between. */
  private call<Value>(act: () => HostResult<Value>): HostResult<Value> {
    this.pause();
    const result = act();
    this.pause();
    return result;
  }

  private change(act: (sets: Map<string, Map<string, number>>) => HostResult<void>) {
    return this.call(() =>
      this.sets === null ? hostErr('nft-absent', 'no table') : act(this.sets),
    );
  }

  readonly look = () =>
    this.call(() => {
      const left = (set: string): number =>
        Math.floor(Math.max(0, ...this.alive(set).map((end) => end - this.time)));
      if (this.sets === null) return ok(null);
      const peersLeft = Math.max(left('peers'), left('peers6'));
      return ok({ intact: true, openLeft: left('open'), peersLeft });
    });

  readonly build = () =>
    this.call(() => {
      this.sets = new Map(['armed', 'open', 'peers', 'peers6'].map((set) => [set, new Map()]));
      return ok(undefined);
    });

  readonly remove = () =>
    this.call(() => {
      this.sets = null;
      return ok(undefined);
    });

  readonly close = () =>
    this.change((sets) => {
      for (const set of sets.values()) set.clear();
      return ok(undefined);
    });

  readonly arm = (token: Duration) =>
    this.change((sets) => {
      sets.get('armed')?.set('token', this.time + token);
      return ok(undefined);
    });

  readonly lease: PortKernel['lease'] = ({ audience, peers }, timeouts) =>
    this.change((sets) => {
      if ((sets.get('armed')?.get('token') ?? 0) <= this.time) {
        return hostErr('nft-absent', 'the token has expired');
      }
      for (const set of sets.values()) set.clear();
      sets.get('armed')?.set('token', this.time + timeouts.token);
      for (const peer of peers) {
        sets.get(peer.includes(':') ? 'peers6' : 'peers')?.set(peer, this.time + timeouts.lease);
      }
      if (audience === 'everyone') sets.get('open')?.set('port', this.time + timeouts.lease);
      return ok(undefined);
    });
}

const leased = (audience: 'peers' | 'everyone', until: number): PortWish => ({
  kind: 'leased',
  audience,
  peers: ['10.0.0.2', 'fd00::2'],
  until: instantOf(until),
});

const pause = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0.1, 0.5, 3) },
  { weight: 2, arbitrary: fc.integer({ min: 10, max: 200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 30_000 }) },
);
const act = fc.record({
  wish: fc.constantFrom('everyone', 'peers', 'closed', 'lifted', 'flushed by others', 'nothing'),
  grant: fc.integer({ min: 1, max: 3000 }),
  wait: fc.integer({ min: 0, max: 600 }),
});

describe('the port lease under a process that may stand still anywhere', () => {
  it('never outlives the last grant, and never lets clients pass before the gate', () => {
    fc.assert(
      fc.property(
        fc.array(pause, { minLength: 1, maxLength: 40 }),
        fc.array(act, { minLength: 1, maxLength: 12 }),
        (pauses, acts) => {
          const kernel = new SimulatedKernel(pauses);
          const fence = createPortFence(PORT, kernel, kernel.now);
          let until = 0;
          let gatePassed = false;
          for (const { wish, grant, wait } of acts) {
            if (wish === 'flushed by others') {
              kernel.sets = null;
            } else if (wish === 'closed' || wish === 'lifted') {
              fence.enforce({ kind: wish });
              until = 0;
            } else if (wish !== 'nothing') {
              // A new grant never ends before the old one, as with real renewals.
              until = Math.max(until, kernel.time + grant);
              const done = fence.enforce(leased(wish, until));
              // A failed narrowing says so, and the old lease runs out with the old grant.
              if (done.ok || wish === 'everyone') gatePassed = wish === 'everyone';
            }
            if (until === 0) gatePassed = false;
            for (const set of ['open', 'peers', 'peers6']) {
              for (const end of kernel.alive(set)) expect(end).toBeLessThanOrEqual(until);
            }
            if (!gatePassed) expect(kernel.alive('open')).toEqual([]);
            kernel.time += wait;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['fast', 1200, 120, 800],
    ['balanced', 2400, 250, 1600],
    ['relaxed', 10_000, 1000, 7000],
  ])('outlasts the grant’s usable part under %s timing', (_preset, grant, heartbeat, usable) => {
    const kernel = new SimulatedKernel([0.2]);
    const fence = createPortFence(PORT, kernel, kernel.now);
    for (let beat = 0; beat < 40; beat += 1) {
      expect(fence.enforce(leased('everyone', kernel.time + grant)).ok).toBe(true);
      expect(Math.min(...kernel.alive('open'))).toBeGreaterThan(kernel.time + usable);
      expect(kernel.alive('peers')).toHaveLength(1);
      expect(kernel.alive('peers6')).toHaveLength(1);
      kernel.time += heartbeat;
    }
    expect(fence.lapses()).toBe(0);
  });

  it('opens again after a lapse while the grant stands, and counts it', () => {
    const kernel = new SimulatedKernel([0.2]);
    const fence = createPortFence(PORT, kernel, kernel.now);
    fence.enforce(leased('everyone', kernel.time + 500));
    kernel.time += 600;
    expect(kernel.alive('open')).toEqual([]);
    expect(fence.enforce(leased('everyone', kernel.time + 500)).ok).toBe(true);
    expect(kernel.alive('open')).toHaveLength(1);
    expect(fence.lapses()).toBe(1);
  });

  it('says that it is starved when every token expires under it', () => {
    const kernel = new SimulatedKernel([0]);
    const fence = createPortFence(PORT, kernel, kernel.now);
    fence.enforce({ kind: 'closed' });
    const slow = new SimulatedKernel([500]);
    slow.sets = kernel.sets;
    const starved = createPortFence(PORT, slow, slow.now);
    expect(starved.enforce(leased('everyone', slow.time + 60_000))).toMatchObject({
      ok: false,
      error: { code: 'starved' },
    });
    expect(slow.alive('open')).toEqual([]);
  });

  it('takes up a lease that a former process left, without closing it', () => {
    const kernel = new SimulatedKernel([durationOf(0.2)]);
    createPortFence(PORT, kernel, kernel.now).enforce(leased('everyone', kernel.time + 2000));
    const before = kernel.alive('open');
    const next = createPortFence(PORT, kernel, kernel.now);
    expect(next.enforce(leased('everyone', kernel.time + 2000)).ok).toBe(true);
    expect(kernel.alive('open')[0]).toBeGreaterThanOrEqual(before[0] ?? Infinity);
  });
});
