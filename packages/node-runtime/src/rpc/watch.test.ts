import { FakeNode, STATUS } from '../testing/fake-node.js';
import { endAll, kinds, serve, watch } from '../testing/served-node.js';
import { waitFor } from '../testing/wait-for.js';

afterEach(endAll);

test('a watcher sees the status, then every change once and in order, then it resumes', async () => {
  const node = new FakeNode();
  node.change(5);
  const { client } = await serve(node);
  const first = watch(client);
  await waitFor('the first status', () => first.seen.length === 1);
  node.change(7);
  node.change(9);
  await waitFor('two changes', () => first.seen.length === 3);
  node.view = { ...STATUS, paused: true };
  node.tell();
  await waitFor('the new status', () => first.seen.length === 4);
  expect(kinds(first)).toEqual(['status at 5', 'event 7', 'event 9', 'status at 9']);
  first.abort.abort();

  const second = watch(client, 7n);
  await waitFor('the rest', () => second.seen.length === 2);
  expect(kinds(second)).toEqual(['status at 9', 'event 9']);
  expect(second.seen[0]?.gap).toBe(false);
  await waitFor('one listener', () => node.listeners.size === 1);
});

test('ages and positions alone are no news', async () => {
  const node = new FakeNode();
  const { client } = await serve(node);
  const watching = watch(client);
  await waitFor('the first status', () => watching.seen.length === 1);
  const [primary, arbiter] = STATUS.members;
  if (primary === undefined || arbiter === undefined) throw new Error('two members');
  node.view = {
    ...STATUS,
    asOf: STATUS.asOf + 1000,
    members: [{ ...primary, reportAgeMs: 7, position: '0/6000000', grantMs: 99 }, arbiter],
  };
  node.tell();
  node.change(12);
  await waitFor('the change', () => watching.seen.length === 2);
  expect(kinds(watching)).toEqual(['status at 0', 'event 12']);
});

test('changes that are no longer kept are a gap, and are said to be one', async () => {
  const node = new FakeNode();
  node.keptAfter = 100;
  node.change(120);
  const { client } = await serve(node);
  const watching = watch(client, 50n);
  await waitFor('both', () => watching.seen.length === 2);
  expect(watching.seen[0]?.gap).toBe(true);
  expect(kinds(watching)).toEqual(['status at 120', 'event 120']);
});
