import { Code } from '@connectrpc/connect';
import { healthyDual, refusal, ScriptedCluster, Stage } from '@mha4rdb/client/testing';
import { mhactl } from './testing/mhactl-process.js';

const stage = new Stage();
let cluster: ScriptedCluster;
let endpoints: readonly string[];

beforeEach(async () => {
  cluster = new ScriptedCluster(healthyDual());
  endpoints = [(await stage.member(cluster, 'n2')).address];
});

afterEach(() => stage.clear());

const N4 = ['n4', '--role', 'data', '--address', '10.77.0.14:7400'];
const DATABASE = ['--database', '10.77.0.14:5432'];

function ends(result: string, kind: string): void {
  cluster.answer = ({ operationId }) => {
    cluster.record({ id: operationId, kind, result });
    return { accepted: true };
  };
}

describe('mhactl member add', () => {
  test('sends the member as it is told, prints the operation id, and waits until it has a vote', async () => {
    ends('done', 'memberAdded');
    const { code, stdout } = await mhactl(
      endpoints,
      'member',
      'add',
      ...N4,
      ...DATABASE,
      '--priority',
      '7',
    );
    const [order] = cluster.orders;
    expect(order).toMatchObject({
      kind: 'addMember',
      id: 'n4',
      role: 'data',
      address: '10.77.0.14:7400',
      database: '10.77.0.14:5432',
      priority: 7,
      dryRun: false,
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `operation ${order?.operationId}: member add under way\nmemberAdded done\n`,
    });
  });

  test('says how far it is while it waits, on standard error only', async () => {
    cluster.answer = ({ operationId }) => {
      cluster.record({ id: operationId, kind: 'memberAdded', result: 'running' });
      return { accepted: true };
    };
    const { code, stdout, stderr } = await mhactl(
      endpoints,
      'member',
      'add',
      ...N4,
      ...DATABASE,
      '--timeout',
      '2s',
      '-o',
      'json',
    );
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ result: 'unknown' });
    expect(stderr).toContain('n4: being entered into the list\n');
  });

  test.each([
    [['n4', '--address', '10.77.0.14:7400'], '--role'],
    [['n4', '--role', 'witness', '--address', '10.77.0.14:7400'], 'data, arbiter'],
    [N4, '--database'],
    [['n5', '--role', 'arbiter', '--address', '10.77.0.15:7400', ...DATABASE], '--database'],
    [[...N4, ...DATABASE, '--priority', 'high'], '1000000'],
    [[], '--role'],
  ])('%j is a usage error, and nothing is sent', async (args, hint) => {
    const { code, stderr } = await mhactl(endpoints, 'member', 'add', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
    expect(cluster.orders).toEqual([]);
  });

  test('of an id that was used before is refused with what to do', async () => {
    cluster.answer = () => {
      throw refusal(Code.FailedPrecondition, 'id-used', 'n4 was a member', {
        remedy: 'choose a new id',
      });
    };
    const { code, stderr } = await mhactl(endpoints, 'member', 'add', ...N4, ...DATABASE);
    expect(code).toBe(3);
    expect(stderr).toContain('what to do: choose a new id\n');
  });
});

describe('mhactl member remove', () => {
  test('is carried out and waited for', async () => {
    ends('done', 'memberRemoved');
    const { code, stdout } = await mhactl(endpoints, 'member', 'remove', 'n2', '--yes');
    expect(cluster.orders).toMatchObject([{ kind: 'removeMember', id: 'n2' }]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('memberRemoved done\n') as string,
    });
  });

  test('prints the plan and changes nothing on a dry run', async () => {
    cluster.answer = () => ({ plan: [{ member: '', action: 'take n2 out of the rule' }] });
    const { code, stdout } = await mhactl(endpoints, 'member', 'remove', 'n2', '--dry-run');
    expect(cluster.orders).toMatchObject([{ dryRun: true }]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1. take n2 out of the rule\n' });
  });

  test('ends when it is taken where it shall not wait', async () => {
    cluster.answer = () => ({ accepted: true });
    const { code, stdout } = await mhactl(endpoints, 'member', 'remove', 'n2', '--no-wait');
    expect(code).toBe(0);
    expect(stdout).toBe(`operation ${cluster.orders[0]?.operationId}: member remove under way\n`);
  });
});

describe('mhactl member set', () => {
  test('sends what is named, and leaves the rest as it is', async () => {
    ends('done', 'memberChanged');
    const args = ['--priority', '5', '--failover', 'no'];
    const { code, stdout } = await mhactl(endpoints, 'member', 'set', 'n2', ...args);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('memberChanged done\n') as string,
    });
    const [order] = cluster.orders;
    expect(order).toMatchObject({ kind: 'changeMember', id: 'n2', priority: 5, noFailover: true });
    expect(order).not.toHaveProperty('noSync');
  });

  test.each([
    [['n2'], 'nothing to change'],
    [['n2', '--sync', 'perhaps'], 'yes, no'],
  ])('%j is a usage error, and nothing is sent', async (args, hint) => {
    const { code, stderr } = await mhactl(endpoints, 'member', 'set', ...args);
    expect({ code, orders: cluster.orders }).toEqual({ code: 2, orders: [] });
    expect(stderr).toContain(hint);
  });
});

describe('mhactl member list', () => {
  test('shows what each word counts', async () => {
    const limits = { priority: 7, noFailover: true };
    cluster.changeMember('n2', { voting: 'learner', standing: 'joining', ...limits });
    const { code, stdout } = await mhactl(endpoints, 'member', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MEMBER +ROLE +ADDRESS +DATABASE +VOTING +STANDING +LIMITS +STATE\n/);
    expect(stdout).toMatch(/\nn2 +data .*learner +joining +priority 7, no failover +standby\n/);
    const { stdout: json } = await mhactl(endpoints, 'member', 'list', '-o', 'json');
    expect(JSON.parse(json)).toMatchObject([
      { id: 'n1', voting: 'voter', standing: 'full' },
      { id: 'n2', voting: 'learner', standing: 'joining' },
      { id: 'n3' },
    ]);
  });
});
