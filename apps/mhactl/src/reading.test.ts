import { Code } from '@connectrpc/connect';
import { healthyDual, refusal, ScriptedCluster, Stage } from '@mha4rdb/client/testing';
import { parse } from 'yaml';
import { mhactl } from './testing/mhactl-process.js';

const stage = new Stage();
let cluster: ScriptedCluster;
let endpoints: readonly string[];

beforeEach(async () => {
  cluster = new ScriptedCluster(healthyDual());
  endpoints = [(await stage.member(cluster, 'n2')).address];
});

afterEach(() => stage.clear());

describe('mhactl status', () => {
  test('prints the contract’s JSON and nothing else', async () => {
    const { code, stdout, stderr } = await mhactl(endpoints, 'status', '-o', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      cluster: 'hci-a',
      clusterId: '6f2c',
      schema: 1,
      asOf: '2026-11-23T09:00:00.000Z',
      answeredBy: 'n2',
      stale: false,
      mode: 'dual',
      verdict: 'healthy',
      failoverReady: true,
      reasons: [],
      coordinator: 'n2',
      term: 4,
      epoch: 1207,
      primary: 'n1',
      paused: false,
      scheduled: null,
      durability: { mode: 'majority', electable: ['n2'], acks: 1 },
      vip: [{ address: '10.77.0.100/24', holder: 'n1', observed: true }],
      members: [
        {
          id: 'n1',
          role: 'data',
          address: '',
          database: '10.77.0.11:5432',
          state: 'primary',
          health: 'ok',
          reachable: true,
          reportAgeMs: 120,
          timeline: 3,
          position: '0/5000060',
          lagBytes: 0,
          sync: false,
          grantMs: 2710,
          fencing: 'address+port',
          since: '2026-11-23T08:00:00.000Z',
          voting: 'voter',
          standing: 'full',
          lagMs: null,
          progress: null,
          priority: 0,
          noFailover: false,
          noSync: false,
          watchdog: null,
          watchdogMs: null,
        },
        {
          id: 'n2',
          role: 'data',
          address: '',
          database: '10.77.0.12:5432',
          state: 'standby',
          health: 'ok',
          reachable: true,
          reportAgeMs: 120,
          timeline: 3,
          position: '0/5000060',
          lagBytes: 0,
          sync: true,
          grantMs: null,
          fencing: 'none',
          since: '2026-11-23T08:00:00.000Z',
          voting: 'voter',
          standing: 'full',
          lagMs: null,
          progress: null,
          priority: 0,
          noFailover: false,
          noSync: false,
          watchdog: null,
          watchdogMs: null,
        },
        {
          id: 'n3',
          role: 'arbiter',
          address: '',
          state: 'arbiter',
          health: 'ok',
          reachable: true,
          reportAgeMs: 120,
          since: '2026-11-23T08:00:00.000Z',
          voting: 'voter',
          standing: 'full',
        },
      ],
    });
  });

  test('prints the same as YAML', async () => {
    const json = await mhactl(endpoints, 'status', '-o', 'json');
    const yaml = await mhactl(endpoints, '-o', 'yaml', 'status');
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  test('prints a table for people', async () => {
    expect((await mhactl(endpoints, 'status')).stdout).toBe(
      [
        'Cluster:      hci-a (dual), healthy',
        'Primary:      n1 (epoch 1207)',
        'Failover:     ready',
        'Coordinator:  n2 (term 4)',
        'Durability:   majority: each commit is held by 1 of n2',
        'VIP:          10.77.0.100/24 on n1',
        'Answered by:  n2',
        '',
        'MEMBER   ROLE      STATE     HEALTH   LAG   SYNC   GRANT    FENCING        DATABASE',
        'n1       data      primary   ok       -     -      2.71 s   address+port   10.77.0.11:5432',
        'n2       data      standby   ok       0 B   yes    -        none           10.77.0.12:5432',
        'n3       arbiter   arbiter   ok       -     -      -        -              -',
        '',
      ].join('\n'),
    );
  });

  test('prints more columns when asked', async () => {
    const { stdout } = await mhactl(endpoints, 'status', '-o', 'wide');
    expect(stdout).toMatch(/TIMELINE +POSITION +ADDRESS +REPORT +SINCE/);
    expect(stdout).toMatch(/0\/5000060 +- +120 ms ago +2026-11-23 08:00:00Z/);
  });

  test.each([
    ['healthy', 0],
    ['degraded', 10],
    ['unavailable', 11],
  ])('exits for scripts: %s is %i', async (verdict, code) => {
    cluster.change({ verdict, reasons: ['n2 is gone'] });
    expect(await mhactl(endpoints, 'status')).toMatchObject({ code });
  });

  test('says why, and that the answer is of a member that lost the others', async () => {
    const n1 = await stage.member(cluster, 'n1');
    n1.says({ stale: true, verdict: 'unavailable', primary: '', reasons: ['no majority'] });
    const { stdout } = await mhactl([n1.address], 'status');
    expect(stdout).toContain(
      'Answered by:  n1, which has LOST the others\nReason:       no majority',
    );
  });
});

describe('mhactl topology', () => {
  test('is a tree with lag', async () => {
    cluster.changeMember('n2', { lagBytes: 12_500n });
    expect((await mhactl(endpoints, 'topology')).stdout).toBe(
      [
        'hci-a (dual), healthy, epoch 1207',
        '├─ n1  primary  10.77.0.11:5432  timeline 3  vip 10.77.0.100/24',
        '│  └─ n2  standby  10.77.0.12:5432  timeline 3  lag 12.5 kB  sync',
        '└─ n3  arbiter',
        '',
      ].join('\n'),
    );
  });

  test('has standbys without a primary', async () => {
    cluster.change({ primary: '', verdict: 'unavailable' });
    const { code, stdout } = await mhactl(endpoints, 'topology', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      primary: null,
      standbys: [{ id: 'n1' }, { id: 'n2', lagBytes: 0, sync: true }],
      arbiters: [{ id: 'n3', state: 'arbiter' }],
    });
  });
});

describe('mhactl history', () => {
  beforeEach(() => {
    cluster.record({
      id: 'e1207',
      at: { seconds: 1795424400n },
      kind: 'failover',
      from: 'n2',
      to: 'n1',
      epoch: 1207n,
      trigger: 'grant-expired',
      initiator: 'n3',
      phases: { detectMs: 1650, sealMs: 40, electMs: 12, promoteMs: 210, gateMs: 700, vipMs: 9 },
      writeGapMs: 2610,
      candidates: [
        { id: 'n1', position: '0/5000060', chosen: true, reason: 'greatest position' },
        { id: 'n2', position: '', chosen: false, reason: 'not reachable' },
      ],
      result: 'done',
    });
    cluster.record({ id: 'op-2', kind: 'pause', epoch: 1207n, result: 'done' });
  });

  test('prints the contract’s JSON', async () => {
    const { stdout } = await mhactl(endpoints, 'history', '-o', 'json');
    const items = JSON.parse(stdout) as unknown[];
    expect(items[0]).toEqual({
      id: 'e1207',
      at: '2026-11-23T09:00:00.000Z',
      kind: 'failover',
      from: 'n2',
      to: 'n1',
      epoch: 1207,
      trigger: 'grant-expired',
      initiator: 'n3',
      phases: { detectMs: 1650, electMs: 12, sealMs: 40, promoteMs: 210, gateMs: 700, vipMs: 9 },
      writeGapMs: 2610,
      candidates: [
        { id: 'n1', position: '0/5000060', chosen: true, reason: 'greatest position' },
        { id: 'n2', position: '', chosen: false, reason: 'not reachable' },
      ],
      result: 'done',
    });
    expect(items).toHaveLength(2);
  });

  test('prints the newest on demand', async () => {
    const { stdout } = await mhactl(endpoints, 'history', '--last', '1');
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stdout).toContain('op-2');
  });

  test('shows one with its steps and candidates', async () => {
    const { stdout } = await mhactl(endpoints, 'history', 'show', 'e1207');
    expect(stdout).toContain('Write gap: 2.61 s');
    expect(stdout).toMatch(/DETECT +ELECT +SEAL +PROMOTE +GATE +VIP/);
    expect(stdout).toMatch(/n2 +- +no +not reachable/);
  });

  test('fails on an id that is not there', async () => {
    const { code, stdout, stderr } = await mhactl(endpoints, 'history', 'show', 'e1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('there is no e1 in the history');
  });
});

describe('mhactl explain', () => {
  const checks = [
    { member: 'n2', check: 'evidence', ok: true, detail: 'sealed for 1207' },
    { member: '', check: 'majority', ok: false, detail: '1 of 3 voters' },
  ];

  test('prints the contract’s JSON', async () => {
    cluster.explanation = { possible: false, checks };
    const { code, stdout } = await mhactl(endpoints, 'explain', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ possible: false, to: null, checks });
  });

  test('answers people first, then says what it rests on', async () => {
    cluster.explanation = { possible: true, to: 'n2', checks };
    const { stdout } = await mhactl(endpoints, 'explain');
    expect(stdout).toMatch(/^a failover would work now, to n2\n\nMEMBER +CHECK +OK +DETAIL\n/);
    expect(stdout).toMatch(/\n- +majority +NO +1 of 3 voters\n/);
  });
});

describe('mhactl doctor', () => {
  const finding = (severity: string, check: string, member = 'n1') => ({
    member,
    check,
    severity,
    message: `${check} was seen`,
    consequence: severity === 'ok' ? '' : 'something follows',
    remedy: severity === 'ok' ? '' : 'do this',
  });

  test('prints JSON with the worst first, and is exit 1 when anything is serious', async () => {
    cluster.diagnosis = {
      cluster: 'hci-a',
      findings: [finding('ok', 'kernel'), finding('serious', 'reachable', 'n3')],
      unreachable: ['n3'],
    };
    const { code, stdout } = await mhactl(endpoints, 'doctor', '-o', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      cluster: 'hci-a',
      schema: 1,
      asOf: '1970-01-01T00:00:00.000Z',
      answeredBy: 'n2',
      ok: false,
      findings: [finding('serious', 'reachable', 'n3'), finding('ok', 'kernel')],
      unreachable: ['n3'],
    });
  });

  test('tells people what follows and what to do, and leaves out what is well', async () => {
    cluster.diagnosis = { findings: [finding('ok', 'kernel'), finding('warning', 'arp')] };
    const short = await mhactl(endpoints, 'doctor');
    expect(short).toMatchObject({
      code: 0,
      stdout:
        'WARNING  n1  arp: arp was seen\n  leads to: something follows\n  what to do: do this\n\n' +
        '1 member examined: 0 serious, 1 warning, 0 note, 1 ok\n',
    });
    const wide = await mhactl(endpoints, 'doctor', '-o', 'wide');
    expect(wide.stdout).toMatch(/\nOK {7}n1 {2}kernel: kernel was seen\n/);
  });

  test('a severity of a later version is shown as a warning', async () => {
    cluster.diagnosis = { findings: [finding('dreadful', 'arp')] };
    const { stdout } = await mhactl(endpoints, 'doctor');
    expect(stdout).toMatch(/^WARNING /);
  });
});

describe('a member that refuses', () => {
  test('to be asked by this token is exit 6', async () => {
    const n1 = await stage.member(cluster, 'n1');
    n1.fails(refusal(Code.PermissionDenied, 'not-permitted', 'no token', { remedy: 'get one' }));
    const { code, stdout, stderr } = await mhactl([n1.address], 'status');
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toBe('error: no token [not-permitted]\nwhat to do: get one\n');
  });
});
