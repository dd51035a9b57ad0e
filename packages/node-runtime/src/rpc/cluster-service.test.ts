import { nodeIdOf } from '@mha4rdb/kernel';
import { FakeNode, STATUS } from '../testing/fake-node.js';
import { ask, endAll, LOCAL, refusal, serve } from '../testing/served-node.js';

afterEach(endAll);

test('what curl asks over HTTP/1.1 is answered in the words of the contract', async () => {
  const { url } = await serve(new FakeNode());
  const { status, body } = await ask(
    `${url}/mha4rdb.v1.ClusterService/GetStatus`,
    { method: 'POST', headers: { 'content-type': 'application/json' } },
    '{}',
  );
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    cluster: 'hci-a',
    schema: 1,
    asOf: '2023-11-14T22:13:20Z',
    coordinator: 'n2',
    epoch: '1207',
    members: [
      { id: 'n1', state: 'primary', reportAgeMs: 120, grantMs: 1300 },
      { id: 'n3', state: 'arbiter' },
    ],
  });
  expect(JSON.parse(body)).not.toHaveProperty('members.1.lagBytes');
});

test('leader, history and explain are answered', async () => {
  const node = new FakeNode();
  const { client } = await serve(node);
  expect((await client.getLeader({})).leader).toMatchObject({
    id: 'n1',
    database: { host: '10.77.0.11', port: 5432 },
    epoch: 1207n,
    vip: '10.77.0.100',
  });
  expect((await client.getHistory({ last: 1 })).items[0]).toMatchObject({
    id: 'e9',
    phases: { detectMs: 1200, promoteMs: 150 },
    writeGapMs: 2611,
  });
  expect(await refusal(client.getHistory({ id: 'e1' }))).toMatch(/^NotFound bad-request/);
  expect(await client.explain({})).toMatchObject({ possible: true, to: 'n2' });
  node.view = { ...STATUS, primary: null, reasons: ['n1 must return: it alone has the data'] };
  expect(await refusal(client.getLeader({}))).toBe(
    'Unavailable no-primary: n1 must return: it alone has the data',
  );
});

test('an order is given once with its id, and says its plan', async () => {
  const node = new FakeNode();
  const { client } = await serve(node);
  expect(await client.switchover({ operationId: 'op-1', to: 'n2' })).toMatchObject({
    operationId: 'op-1',
    accepted: true,
    plan: [{ member: 'n1', action: 'checkpoint' }],
    from: 'n1',
    to: 'n2',
    expectedGapMs: 500,
    expectedLossBytes: 0n,
  });
  expect(node.asked).toEqual([{ kind: 'switchover', id: 'op-1', to: 'n2' }]);
  await client.switchover({ operationId: 'op-3', at: { seconds: 9n, nanos: 5_000_000 } });
  expect(node.asked.pop()).toEqual({ kind: 'scheduleSwitchover', id: 'op-3', to: null, due: 9005 });
  await client.cancelSwitchover({ operationId: 'op-4' });
  expect(node.asked.pop()).toEqual({ kind: 'cancelSwitchover', id: 'op-4' });
  const made = await client.pause({});
  expect(made.operationId).not.toBe('');
  expect(node.asked[1]).toEqual({ kind: 'pause', id: made.operationId });
  node.reply = 'done';
  expect(await client.resume({})).toMatchObject({ accepted: false, alreadySo: true });
});

test('a dry run plans and asks nothing', async () => {
  const node = new FakeNode();
  const { client } = await serve(node);
  const planned = await client.failover({ dryRun: true, to: '' });
  expect(planned).toMatchObject({ accepted: false, to: 'n2' });
  expect(node.asked).toEqual([]);
});

test('a refused order says why and what to do', async () => {
  const node = new FakeNode();
  node.reply = 'refused';
  const { client } = await serve(node);
  expect(await refusal(client.switchover({ to: 'n2' }))).toBe(
    'FailedPrecondition no-candidate: n2 is too far behind',
  );
  expect(await refusal(client.failover({ allowDataLoss: true }))).toMatch(
    /^InvalidArgument bad-request/,
  );
});

test('an order is passed on to the coordinator, once', async () => {
  const coordinator = new FakeNode();
  const member = new FakeNode();
  member.planned = { id: '', kind: 'elsewhere', coordinator: nodeIdOf('n2') };
  const there = await serve(coordinator);
  const here = await serve(member);
  member.coordinatorAddress = `${LOCAL}:${there.server.port}`;
  expect(await here.client.switchover({ operationId: 'op-2', to: '' })).toMatchObject({
    operationId: 'op-2',
    accepted: true,
  });
  expect(coordinator.asked).toEqual([{ kind: 'switchover', id: 'op-2', to: null }]);
  expect(member.asked).toEqual([]);

  coordinator.planned = member.planned;
  coordinator.coordinatorAddress = `${LOCAL}:${here.server.port}`;
  expect(await refusal(here.client.pause({}))).toMatch(/^Unavailable not-coordinator/);
  member.coordinatorAddress = undefined;
  expect(await refusal(here.client.pause({}))).toMatch(/^Unavailable no-coordinator/);
});
