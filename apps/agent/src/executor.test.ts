import type { CallOptions, DatabaseEngine } from '@mha4rdb/db-control';
import { epochOf, instantOf, ok } from '@mha4rdb/kernel';
import type { NodeInput } from '@mha4rdb/node-runtime';
import { Executor } from './executor.js';
import type { TransitionHooks } from './transition-hooks.js';

const STANDBY = { role: 'standby' } as never;

/** An executor over an engine that records what it is asked; what it does is tested with the engine. */
function stage(hooks: Partial<TransitionHooks>) {
  const asked: { readonly name: string; readonly left: number }[] = [];
  const state = { now: 0 };
  let told: (input: NodeInput) => void = () => undefined;
  const ended = new Promise<NodeInput>((resolve) => (told = resolve));
  const call = (name: string) => (options: CallOptions) => {
    asked.push({ name, left: options.deadline });
    return Promise.resolve(ok(undefined));
  };
  const engine = {
    promote: call('promote'),
    admit: (_: string, options: CallOptions) => call('admit')(options),
    disconnectClients: (options: CallOptions) => {
      state.now += 300;
      return call('disconnectClients')(options);
    },
    stop: (_: string, options: CallOptions) => call('stop')(options),
    cleanEnd: call('cleanEnd'),
  } as unknown as DatabaseEngine;
  const executor = new Executor({
    engine,
    clock: { now: () => instantOf(state.now), wall: () => 0 },
    post: told,
    freshLook: () => Promise.resolve({ startedAt: instantOf(0), database: STANDBY }),
    addressOf: () => undefined,
    systemId: () => null,
    hooks: hooks as TransitionHooks,
    onProgress: () => undefined,
  });
  return { executor, asked, state, ended };
}

const DEADLINE = instantOf(1000);

test('a promotion that was cancelled while its hook agreed is not carried out', async () => {
  const { executor, asked, ended } = stage({
    prePromote: () => {
      executor.cancel(1);
      return Promise.resolve(ok(undefined));
    },
  });
  executor.start({ id: 1, action: { kind: 'promote', epoch: epochOf(2) }, deadline: DEADLINE });
  expect(await ended).toMatchObject({ outcome: { ok: false, failure: { code: 'timeout' } } });
  expect(asked).toEqual([]);
});

test('what the hook took is not given to the promotion once more', async () => {
  const { executor, asked, state, ended } = stage({
    prePromote: () => {
      state.now += 400;
      return Promise.resolve(ok(undefined));
    },
  });
  executor.start({ id: 1, action: { kind: 'promote', epoch: epochOf(2) }, deadline: DEADLINE });
  await ended;
  expect(asked).toEqual([{ name: 'promote', left: 600 }]);
});

test('the calls of a hand-over share one end', async () => {
  const { executor, asked, ended } = stage({});
  executor.start({ id: 1, action: { kind: 'handOver', epoch: epochOf(2) }, deadline: DEADLINE });
  await ended;
  expect(asked.map(({ name, left }) => `${name} ${left}`)).toEqual([
    'admit 1000',
    'disconnectClients 700',
    'stop 700',
    'cleanEnd 700',
  ]);
});
