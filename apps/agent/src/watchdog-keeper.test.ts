import { CLOCK_RATIO } from '@mha4rdb/core';
import type { HostGuard, HostState } from '@mha4rdb/host-linux';
import { err, instantOf, ok } from '@mha4rdb/kernel';
import type { NodeInput } from '@mha4rdb/node-runtime';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HostFence } from './host-fence.js';
import { WatchdogKeeper } from './watchdog-keeper.js';

const T = 2000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'keeper-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A device that resets its host by `now` alone: it shows what was done to it, and when it fires. */
function rig(options: { readonly required?: boolean; readonly broken?: string } = {}) {
  const time = { now: 10_000 };
  const done: string[] = [];
  let firesAt = Infinity;
  let closes = true;
  const start = (what: string) => {
    done.push(what);
    firesAt = time.now + T;
  };
  const stop = (what: string) => {
    done.push(what);
    firesAt = Infinity;
  };
  const record = path.join(directory, 'armed');
  const keeper = () =>
    new WatchdogKeeper({
      required: options.required ?? true,
      timeoutMs: T,
      clock: { now: () => instantOf(time.now) },
      open: () => {
        if (options.broken !== undefined) return err('watchdog-unusable', options.broken);
        start('arm');
        return ok({
          pet: () => ok(start('pet')),
          disarm: () => ok(stop('disarm')),
        });
      },
      clear: () => ok(stop('clear')),
      check: () => ok(undefined),
      record,
      log: (event) => done.push(event),
    });
  const enforced: string[] = [];
  const state = (port: HostState['port']): HostState => ({
    fencing: 'port',
    port,
    portLeftMs: 0,
    vips: [],
    lapses: 0,
    restored: 0,
    vipTrouble: null,
  });
  const guard = {
    enforce: ({ kind }: { kind: 'open' | 'closed' | 'peers' | 'lifted' }) => {
      if (kind === 'closed' && !closes) return err('nft-failed', 'the table is stuck');
      enforced.push(kind);
      return ok(state(kind));
    },
    observe: () => ok(state('open')),
  } as unknown as HostGuard;
  const posted: NodeInput[] = [];
  const fence = (watchdog: WatchdogKeeper) =>
    new HostFence(
      guard,
      { now: () => instantOf(time.now), wall: () => 0 },
      (input) => posted.push(input),
      () => undefined,
      watchdog,
    );
  return {
    time,
    done,
    enforced,
    posted,
    record,
    keeper,
    fence,
    stickClosed: () => (closes = false),
    fires: () => firesAt,
  };
}

const open = (until: number) => ({ kind: 'open', until: instantOf(until), vip: true }) as const;
const closed = { kind: 'closed' } as const;

test('it runs before clients pass, and stops after they no longer do', () => {
  const { fence, keeper, done, enforced, time, record } = rig();
  const held = fence(keeper());
  held.enforce(closed);
  expect(done).toEqual([]);
  held.enforce(open(20_000));
  expect([...done, ...enforced]).toEqual(['arm', 'watchdog-armed', 'closed', 'open']);
  expect(existsSync(record)).toBe(true);
  time.now += 500;
  held.enforce(open(20_500));
  held.enforce(closed);
  expect(done.slice(2)).toEqual(['pet', 'disarm', 'watchdog-disarmed']);
  expect(existsSync(record)).toBe(false);
});

test('without renewals it fires before the grant ends, however the loop is held up (I-3)', () => {
  const until = 20_000;
  for (let pace = 50; pace < 2 * T; pace += 70) {
    const { fence, keeper, time, fires } = rig();
    const held = fence(keeper());
    while (time.now < fires() && time.now < until) {
      held.enforce(open(until));
      time.now += pace;
    }
    expect(fires()).toBeLessThanOrEqual(until);
  }
});

test('a grant too short for one run lets no client pass, and none is let pass by a late arming', () => {
  const { fence, keeper, enforced, time } = rig();
  const held = fence(keeper());
  held.enforce(open(time.now + T));
  expect(enforced).toEqual(['peers']);
  held.enforce(open(time.now + CLOCK_RATIO * T + 1));
  expect(enforced).toEqual(['peers', 'open']);
});

test('a fence that cannot be closed keeps the device running: it will reset the host', () => {
  const { fence, keeper, stickClosed, done, fires } = rig();
  const held = fence(keeper());
  held.enforce(open(20_000));
  stickClosed();
  held.enforce(closed);
  expect(done).toEqual(['arm', 'watchdog-armed']);
  expect(fires()).toBeLessThan(20_000);
});

test.each([
  [true, ['peers'], { state: 'failed', required: true }],
  [false, ['open'], { state: 'failed', required: false }],
])('a device that cannot be started, required: %j', (required, expected, watchdog) => {
  const { fence, keeper, enforced, posted, record } = rig({ required, broken: 'in use' });
  fence(keeper()).enforce(open(20_000));
  expect(enforced).toEqual(expected);
  expect(posted.at(-1)).toMatchObject({ type: 'hostObserved', host: { watchdog } });
  expect(existsSync(record)).toBe(false);
});

test('the next life of the agent pets or stops what the last one left, and nothing before it knows', () => {
  const adopted = rig();
  writeFileSync(adopted.record, 'armed\n');
  const heir = adopted.fence(adopted.keeper());
  heir.enforce({ kind: 'inherit' });
  expect(adopted.done).toEqual([]);
  heir.enforce(open(20_000));
  expect(adopted.done).toEqual(['arm', 'watchdog-armed']);

  const fenced = rig();
  writeFileSync(fenced.record, 'armed\n');
  fenced.fence(fenced.keeper()).enforce(closed);
  expect(fenced.done).toEqual(['clear', 'watchdog-disarmed']);
  expect(existsSync(fenced.record)).toBe(false);
});

test('an orderly end of the agent stops it, whatever the kernel still lets pass', () => {
  const { fence, keeper, done } = rig();
  const held = fence(keeper());
  held.enforce(open(20_000));
  held.close();
  expect(done.slice(2)).toEqual(['disarm', 'watchdog-disarmed']);
});
