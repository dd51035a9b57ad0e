import { Code } from '@connectrpc/connect';
import { healthyDual, refusal, ScriptedCluster, Stage, until } from '@mha4rdb/client/testing';
import { mhactl, MhactlProcess } from './testing/mhactl-process.js';

const stage = new Stage();
let cluster: ScriptedCluster;
let endpoints: readonly string[];

beforeEach(async () => {
  cluster = new ScriptedCluster(healthyDual());
  endpoints = [(await stage.member(cluster, 'n2')).address];
});

afterEach(() => stage.clear());

/** Takes every order and records how it ends. */
function carriesOut(result: string): void {
  cluster.answer = ({ operationId, dryRun, kind }) => {
    const plan = [
      { member: 'n1', action: 'stop cleanly and release' },
      { member: 'n2', action: 'promote' },
    ];
    const taken = { plan, from: 'n1', to: 'n2', expectedGapMs: 700, expectedLossBytes: 0n };
    if (dryRun) return taken;
    cluster.record({ id: operationId, kind, to: 'n2', epoch: 1300n, writeGapMs: 430, result });
    return { ...taken, accepted: true };
  };
}

describe('mhactl switchover', () => {
  test('prints the operation id, waits, and says what came of it', async () => {
    carriesOut('done');
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--to', 'n2');
    const id = cluster.orders[0]?.operationId ?? '';
    expect(cluster.orders).toMatchObject([{ kind: 'switchover', to: 'n2', force: false }]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        `operation ${id}: switchover to n2 under way`,
        'switchover done: n2 is primary (epoch 1300), write gap 430 ms',
        '',
      ].join('\n'),
    });
  });

  test('is no success when another member took over than was asked for', async () => {
    carriesOut('done');
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--to', 'n3');
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('n3 could not take over, and n2 is primary') as string,
    });
  });

  test('prints one JSON object', async () => {
    carriesOut('done');
    const { code, stdout, stderr } = await mhactl(endpoints, 'switchover', '-o', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      operationId: cluster.orders[0]?.operationId,
      accepted: true,
      dryRun: false,
      to: 'n2',
      result: 'done',
      history: { epoch: 1300 },
    });
  });

  test('prints the plan and changes nothing on a dry run', async () => {
    carriesOut('done');
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--dry-run');
    expect(cluster.orders).toMatchObject([{ dryRun: true }]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        'from n1 to n2',
        '1. n1: stop cleanly and release',
        '2. n2: promote',
        'expected write gap: 700 ms',
        'expected loss: 0 B',
        '',
      ].join('\n'),
    });
  });

  test('does not wait when told so', async () => {
    cluster.answer = () => ({ accepted: true });
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--no-wait');
    expect(code).toBe(0);
    expect(stdout).toBe(`operation ${cluster.orders[0]?.operationId}: switchover under way\n`);
  });

  test('is done where it is so already', async () => {
    cluster.answer = () => ({ alreadySo: true });
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--to', 'n1');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'switchover: nothing to do, it is so already\n',
    });
  });

  test('fails when the operation fails', async () => {
    carriesOut('failed: n2 did not promote');
    expect(await mhactl(endpoints, 'switchover')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('switchover failed: n2 did not promote') as string,
    });
  });

  test('is refused with the reason and what to do', async () => {
    cluster.answer = () => {
      throw refusal(Code.FailedPrecondition, 'no-candidate', 'n2 lags 5 MB', { remedy: 'wait' });
    };
    const { code, stdout, stderr } = await mhactl(endpoints, 'switchover');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('error: n2 lags 5 MB [no-candidate]\n');
    expect(stderr).toContain('what to do: wait\n');
  });

  test('ends at its time-out with the id, because it may still run', async () => {
    carriesOut('running');
    const { code, stderr } = await mhactl(endpoints, 'switchover', '--timeout', '1s');
    expect(code).toBe(4);
    expect(stderr).toContain(`operation: ${cluster.orders[0]?.operationId}`);
  });

  test('reports an unknown end as JSON too', async () => {
    carriesOut('running');
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--timeout=1s', '-o', 'json');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      operationId: cluster.orders[0]?.operationId,
      result: 'unknown',
    });
  });

  test('is not permitted to a viewer', async () => {
    cluster.answer = () => {
      throw refusal(Code.PermissionDenied, 'not-permitted', 'viewers may not');
    };
    expect(await mhactl(endpoints, 'switchover')).toMatchObject({ code: 6 });
  });
});

describe('mhactl failover', () => {
  test('sends what it is told', async () => {
    carriesOut('done');
    const flags = ['--to', 'n2', '--allow-data-loss', '--reason', 'n1 burnt down'];
    expect(await mhactl(endpoints, 'failover', ...flags)).toMatchObject({ code: 0 });
    expect(cluster.orders).toMatchObject([
      { kind: 'failover', to: 'n2', allowDataLoss: true, reason: 'n1 burnt down' },
    ]);
  });

  test('does not lose data without a reason', async () => {
    const { code, stderr } = await mhactl(endpoints, 'failover', '--allow-data-loss');
    expect(code).toBe(2);
    expect(stderr).toContain('--reason');
    expect(cluster.orders).toEqual([]);
  });
});

describe.each(['pause', 'resume'])('mhactl %s', (kind) => {
  test('is carried out and waited for', async () => {
    carriesOut('done');
    const { code, stdout } = await mhactl(endpoints, kind);
    expect(code).toBe(0);
    expect(stdout).toContain(`${kind} done\n`);
    expect(cluster.orders).toMatchObject([{ kind }]);
  });
});

describe.each([
  ['on', true],
  ['off', false],
])('mhactl maintenance %s', (word, on) => {
  test('names the member, is carried out and waited for', async () => {
    cluster.answer = ({ operationId }) => {
      cluster.record({ id: operationId, kind: 'maintenance', to: 'n2', result: 'done' });
      return { accepted: true };
    };
    const { code, stdout } = await mhactl(endpoints, 'maintenance', word, 'n2');
    expect(code).toBe(0);
    expect(stdout).toContain('maintenance done\n');
    expect(cluster.orders).toMatchObject([{ kind: 'setMaintenance', id: 'n2', on }]);
  });

  test('without a member is a usage error', async () => {
    expect(await mhactl(endpoints, 'maintenance', word)).toMatchObject({ code: 2, stdout: '' });
    expect(cluster.orders).toEqual([]);
  });
});

describe('mhactl restart and reinit', () => {
  test.each([
    [['restart', 'n2'], { kind: 'restart', ids: ['n2'], inPlace: false }],
    [['restart', '--all'], { kind: 'restart', ids: [], inPlace: false }],
    [['restart', 'n1', '--in-place'], { kind: 'restart', ids: ['n1'], inPlace: true }],
    [['reinit', 'n2'], { kind: 'reinitialize', id: 'n2' }],
  ])('%j is sent as told and waited for', async (args, sent) => {
    carriesOut('done');
    const { code, stdout } = await mhactl(endpoints, ...args, '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain(' done');
    expect(cluster.orders.at(-1)).toMatchObject(sent);
  });

  test.each([[['restart']], [['restart', 'n2', '--all']], [['reinit']]])(
    '%j is a usage error, and nothing is sent',
    async (args) => {
      expect(await mhactl(endpoints, ...args)).toMatchObject({ code: 2, stdout: '' });
      expect(cluster.orders).toEqual([]);
    },
  );
});

describe('mhactl config', () => {
  test('shows the settings with their revision', async () => {
    cluster.settings = { revision: 12n, settings: [{ key: 'durability.mode', value: 'all' }] };
    const { code, stdout } = await mhactl(endpoints, 'config', 'show');
    expect(code).toBe(0);
    expect(stdout).toMatch(/revision 12[^]*durability\.mode\s+all/);
    const json = await mhactl(endpoints, 'config', 'show', '-o', 'json');
    expect(JSON.parse(json.stdout)).toEqual({
      revision: 12,
      settings: [{ key: 'durability.mode', value: 'all' }],
    });
  });

  test('sets several at once, compared with a revision', async () => {
    carriesOut('done');
    const pairs = ['durability.mode=all', 'durability.degrade=true'];
    const { code } = await mhactl(endpoints, 'config', 'set', ...pairs, '--revision', '12');
    expect(code).toBe(0);
    expect(cluster.orders).toMatchObject([
      {
        kind: 'updateSettings',
        revision: 12n,
        changes: [
          { key: 'durability.mode', value: 'all' },
          { key: 'durability.degrade', value: 'true' },
        ],
      },
    ]);
  });

  test.each([[['set']], [['set', 'durability.mode']], [['set', 'a=b', '--revision', 'old']]])(
    '%j is a usage error, and nothing is sent',
    async (args) => {
      expect(await mhactl(endpoints, 'config', ...args)).toMatchObject({ code: 2, stdout: '' });
      expect(cluster.orders).toEqual([]);
    },
  );
});

describe('mhactl watch', () => {
  test('prints an object a line, until interrupted', async () => {
    cluster.revision = 10;
    cluster.commit({ type: 'leaderLost', from: 'n1', epoch: 1207n, detail: 'grant expired' });
    const watch = new MhactlProcess(
      ['watch', '-o', 'json', '--insecure', '--from-revision', '10'],
      { MHACTL_ENDPOINTS: endpoints.join(',') },
    );
    await until(() => watch.stdout.includes('\n'));
    const leader = { id: 'n2', database: { host: '10.77.0.12', port: 5432 }, epoch: 1300n };
    cluster.commit({ type: 'leaderChanged', from: 'n1', epoch: 1300n, leader });
    await until(() => watch.stdout.split('\n').length === 3);
    watch.interrupt();
    const { code, stdout } = await watch.ended;
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(events).toMatchObject([
      { type: 'leaderLost', revision: 11, from: 'n1' },
      { type: 'leaderChanged', revision: 12, leader: { id: 'n2', epoch: 1300, vip: null } },
    ]);
  });

  test('prints a line for each event to people', async () => {
    const watch = new MhactlProcess([
      'watch',
      '--insecure',
      '--from-revision',
      '0',
      '--endpoint',
      endpoints[0] ?? '',
    ]);
    cluster.commit({ type: 'leaderLost', from: 'n1', epoch: 1207n, detail: 'grant expired' });
    await until(() => watch.stdout.includes('leaderLost'));
    watch.interrupt();
    const { stdout } = await watch.ended;
    expect(stdout).toMatch(/^2026-11-23 09:00:00Z {2}watching hci-a: healthy, primary n1/);
    expect(stdout).toMatch(/Z {2}leaderLost {11}n1 is primary no longer: grant expired\n$/);
  });
});

describe('mhactl switchover for later', () => {
  const at = ['--at', '2026-12-01T02:00Z'];

  test('is taken, not waited for, and says its time', async () => {
    cluster.answer = () => ({ accepted: true, to: 'n2' });
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--to', 'n2', ...at, '--yes');
    const [order] = cluster.orders;
    expect(order).toMatchObject({ kind: 'switchover', to: 'n2' });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `operation ${order?.operationId}: switchover to n2 scheduled for 2026-12-01T02:00:00.000Z\n`,
    });
  });

  test('is withdrawn', async () => {
    cluster.answer = () => ({ accepted: true });
    const { code, stdout } = await mhactl(endpoints, 'switchover', '--cancel');
    expect(cluster.orders).toMatchObject([{ kind: 'cancelSwitchover' }]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/withdrawn\n$/);
  });

  test.each([[['--at', 'tonight']], [['--cancel', '--to', 'n2']]])(
    '%j is a usage error, and nothing is sent',
    async (args) => {
      const { code } = await mhactl(endpoints, 'switchover', ...args);
      expect({ code, orders: cluster.orders }).toEqual({ code: 2, orders: [] });
    },
  );
});
