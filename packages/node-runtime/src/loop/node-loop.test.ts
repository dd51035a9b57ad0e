import { startNode, TIMING_PRESETS, type NodeEffect } from '@mha4rdb/core';
import { incarnationOf, logIndexOf, nodeIdOf, termOf } from '@mha4rdb/kernel';
import { systemClock } from '../clock/monotonic-clock.js';
import { waitFor } from '../testing/wait-for.js';
import { NodeLoop, type NodeLoopOptions } from './node-loop.js';

type Persist = NodeLoopOptions['directory']['raft']['persist'];

const loops: NodeLoop[] = [];
afterEach(() => {
  for (const loop of loops.splice(0)) loop.stop();
});

/** One arbiter of three on a disk that does what the test says. */
function rig(persist: Persist) {
  const now = systemClock.now();
  const fatal: unknown[] = [];
  const sent: NodeEffect[] = [];
  const started = startNode(
    {
      me: nodeIdOf('n3'),
      role: 'arbiter',
      timing: TIMING_PRESETS.fast,
      founding: {
        name: 'hci-a',
        grantMs: TIMING_PRESETS.fast.grant,
        settings: { durability: { mode: 'majority', degrade: true } },
        members: ['n1', 'n2', 'n3'].map((id) => ({
          id: nodeIdOf(id),
          role: id === 'n3' ? ('arbiter' as const) : ('data' as const),
          address: `${id}:7400`,
          priority: 0,
          ...(id === 'n3' ? {} : { database: `${id}:5432` }),
        })),
      },
      incarnation: incarnationOf(1),
      entry: { kind: 'found' },
      nonce: 'nonce',
      seed: 1,
    },
    { raft: null, member: null },
    now,
    0,
  );
  const loop = new NodeLoop({
    started,
    directory: {
      raft: { persist } as NodeLoopOptions['directory']['raft'],
      writeMemberRecord: () => Promise.resolve(),
    },
    clock: systemClock,
    tickMs: 25,
    send: (to, message) => sent.push({ type: 'send', to, message }),
    edge: null,
    onDecision: () => undefined,
    onFatal: (error) => fatal.push(error),
  });
  loops.push(loop);
  return { loop, fatal, sent };
}

test('a vote leaves the node only when the disk holds it (R1)', async () => {
  const waiting: (() => void)[] = [];
  const { loop, sent } = rig(() => new Promise((resolve) => waiting.push(resolve)));
  const votes = () =>
    sent.filter(
      (effect) =>
        effect.type === 'send' &&
        effect.message.kind === 'raft' &&
        effect.message.message.kind === 'voteResponse',
    );
  loop.start();
  waiting.shift()?.();
  // A campaign of this node's own is not due for 250 ms; the request comes long before.
  await waitFor('the founding to be on the disk', () => {
    const { inFlight, handedIndex } = loop.state.raft.persistence;
    return inFlight === null && handedIndex > 0;
  });
  loop.post({
    type: 'received',
    from: nodeIdOf('n1'),
    message: {
      kind: 'raft',
      message: {
        kind: 'voteRequest',
        clusterName: 'hci-a',
        from: nodeIdOf('n1'),
        to: nodeIdOf('n3'),
        term: termOf(5),
        lastIndex: logIndexOf(9),
        lastTerm: termOf(4),
        transfer: true,
      },
    },
  });
  expect(loop.state.raft.votedFor).toBe('n1');
  await waitFor('the write to be under way', () => waiting.length === 1);
  expect(votes()).toEqual([]);
  waiting.shift()?.();
  await waitFor('the vote', () => votes().length === 1);
});

test('a failed write ends the node, once, and nothing is decided afterwards (R4)', async () => {
  const { loop, fatal, sent } = rig(() => Promise.reject(new Error('EIO: i/o error, fdatasync')));
  loop.start();
  await waitFor('the end', () => fatal.length > 0);
  loop.post({ type: 'tick' });
  expect(fatal.map(String)).toEqual(['Error: EIO: i/o error, fdatasync']);
  expect(sent).toEqual([]);
  await expect(loop.ask({ kind: 'pause', id: 'op-1' })).resolves.toEqual({
    id: 'op-1',
    kind: 'elsewhere',
    coordinator: null,
  });
});

test('what comes before the start waits for the first effects', async () => {
  const order: string[] = [];
  const { loop } = rig(() => {
    order.push('persist');
    return Promise.resolve();
  });
  const asked = loop.ask({ kind: 'pause', id: 'op-1' }).then(() => order.push('answer'));
  await Promise.resolve();
  expect(order).toEqual([]);
  loop.start();
  await asked;
  expect(order).toEqual(['persist', 'answer']);
});
