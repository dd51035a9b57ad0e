import { Code } from '@connectrpc/connect';
import { connectCluster, type ConnectOptions } from './connect-cluster.js';
import type { Cluster } from './cluster.js';
import {
  healthyDual,
  refusal,
  ScriptedCluster,
  Stage,
  type MemberOptions,
  type ScriptedMember,
} from './testing/index.js';

const stage = new Stage();
let scripted: ScriptedCluster;

beforeEach(() => {
  scripted = new ScriptedCluster(healthyDual());
  scripted.revision = 10;
});

afterEach(() => stage.clear());

const member = (id: string, options?: MemberOptions): Promise<ScriptedMember> =>
  stage.member(scripted, id, options);

function connect(endpoints: readonly string[], options: Partial<ConnectOptions> = {}): Cluster {
  const cluster = connectCluster({ endpoints, insecure: true, ...options });
  stage.atEnd(() => cluster.close());
  return cluster;
}

describe('ordering', () => {
  test('gives the order to the coordinator, with an id of its own', async () => {
    const n1 = await member('n1');
    const n2 = await member('n2');
    scripted.changeMember('n1', { address: n1.address });
    scripted.changeMember('n2', { address: n2.address });
    scripted.answer = () => ({ accepted: true, from: 'n1', to: 'n2', expectedGapMs: 700 });
    const operation = await connect([n1.address]).admin.switchover({ to: 'n2' });
    expect(operation).toMatchObject({ accepted: true, to: 'n2', expectedGapMs: 700 });
    expect(scripted.orders).toEqual([
      {
        kind: 'switchover',
        at: 'n2',
        operationId: operation.operationId,
        dryRun: false,
        to: 'n2',
        force: false,
      },
    ]);
    expect(operation.operationId).not.toBe('');
  });

  test('follows a member that knows better who coordinates', async () => {
    const n1 = await member('n1');
    const n2 = await member('n2');
    scripted.change({ coordinator: '' });
    scripted.answer = ({ at }) => {
      if (at === 'n2') return { accepted: true };
      const tryAddress = n2.address;
      throw refusal(Code.FailedPrecondition, 'not-coordinator', 'n2 does', { tryAddress });
    };
    await connect([n1.address, n2.address]).admin.pause();
    expect(scripted.orders.map(({ at }) => at)).toEqual(['n1', 'n2']);
  });

  test('waits for a coordinator to be elected', async () => {
    const n1 = await member('n1');
    let answers = 0;
    scripted.answer = () => {
      answers += 1;
      if (answers > 2) return { accepted: true };
      throw refusal(Code.Unavailable, 'no-coordinator', 'an election is under way');
    };
    const operation = await connect([n1.address]).admin.resume({ operationId: 'op-1' });
    expect(operation).toMatchObject({ operationId: 'op-1', accepted: true });
    expect(new Set(scripted.orders.map(({ operationId }) => operationId))).toEqual(
      new Set(['op-1']),
    );
  });

  test('is refused with the reason, and the id', async () => {
    const n1 = await member('n1');
    scripted.answer = () => {
      throw refusal(Code.FailedPrecondition, 'no-candidate', 'n2 lags 5 MB', { remedy: 'wait' });
    };
    await expect(
      connect([n1.address]).admin.failover({ operationId: 'op-1' }),
    ).rejects.toMatchObject({
      code: 'failed_precondition',
      reasonCode: 'no-candidate',
      remedy: 'wait',
      operationId: 'op-1',
    });
  });

  test('does not know the outcome when the member dies over it', async () => {
    const n1 = await member('n1');
    scripted.answer = async () => {
      await n1.stop();
      return new Promise(() => undefined);
    };
    const order = connect([n1.address]).admin.switchover({
      operationId: 'op-1',
      timeoutMs: 1000,
    });
    await expect(order).rejects.toMatchObject({
      code: 'deadline_exceeded',
      reasonCode: 'outcome-unknown',
      operationId: 'op-1',
    });
  });

  test('waits until the history tells how it ended', async () => {
    const cluster = connect([(await member('n1')).address]);
    const outcome = cluster.admin.wait('op-1', { timeoutMs: 5000 });
    scripted.record({ id: 'op-1', kind: 'switchover', result: 'running' });
    await cluster.status();
    scripted.record({ id: 'op-1', kind: 'switchover', result: 'done', epoch: 1300n });
    expect(await outcome).toMatchObject({ id: 'op-1', result: 'done', epoch: 1300 });
  });

  test('does not wait longer than asked', async () => {
    const cluster = connect([(await member('n1')).address]);
    await expect(cluster.admin.wait('op-1', { timeoutMs: 300 })).rejects.toMatchObject({
      reasonCode: 'outcome-unknown',
      operationId: 'op-1',
    });
  });
});
