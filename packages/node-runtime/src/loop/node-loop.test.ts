import { logIndexOf, nodeIdOf, termOf } from '@mha4rdb/kernel';
import { arbiterLoop, stopLoops } from '../testing/arbiter-loop.js';
import { waitFor } from '../testing/wait-for.js';

afterEach(stopLoops);

test('a vote leaves the node only when the disk holds it (R1)', async () => {
  const waiting: (() => void)[] = [];
  const { loop, sent } = arbiterLoop(() => new Promise((resolve) => waiting.push(resolve)));
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
  const { loop, fatal, sent } = arbiterLoop(() =>
    Promise.reject(new Error('EIO: i/o error, fdatasync')),
  );
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
  const { loop } = arbiterLoop(() => {
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

test('a machine that slept takes up its sleep before anything that came meanwhile', () => {
  let slept = 0;
  const { loop, decisions } = arbiterLoop(
    () => Promise.resolve(),
    () => {
      const ms = slept;
      slept = 0;
      return ms;
    },
  );
  loop.start();
  slept = 20_000;
  const before = decisions.length;
  loop.post({
    type: 'received',
    from: nodeIdOf('n1'),
    message: { kind: 'retired', index: logIndexOf(9) },
  });
  expect(decisions.slice(before).map(({ event }) => event)).toEqual(['gap', 'retired']);
  expect(decisions[before]?.fields).toMatchObject({ ms: 20_000 });
});
