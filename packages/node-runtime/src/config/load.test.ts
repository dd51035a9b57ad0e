import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printConfig } from './effective.js';
import { configFlags, loadConfig, type ConfigResult } from './load.js';
import { formatProblems } from './problem.js';
import type { ConfigKind } from './config.js';

const GOOD = `cluster: hci-a
node: n1
listen: 10.77.0.11:7400
members:
  - { id: n1, address: 10.77.0.11:7400, role: data, database: 10.77.0.11:5432, priority: 100 }
  - { id: n2, address: 10.77.0.12:7400, role: data, database: 10.77.0.12:5432 }
  - { id: n3, address: 10.77.0.13:7400, role: arbiter }
database:
  engine: postgres
  binDir: /usr/lib/postgresql/15/bin
  dataDir: main
vip:
  - { address: 10.77.0.100/24, interface: eth0 }
security:
  insecure: true
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Extra {
  readonly env?: Record<string, string>;
  readonly flags?: Record<string, string>;
}

function load<Kind extends ConfigKind>(
  kind: Kind,
  text: string,
  { env = {}, flags = {} }: Extra = {},
): ConfigResult<Kind> {
  const file = path.join(directory, `${kind}.yaml`);
  writeFileSync(file, text);
  return loadConfig({ kind, file, env, flags });
}

function problems(text: string, extra: Extra = {}, kind: ConfigKind = 'agent'): string {
  const result = load(kind, text, extra);
  return result.ok ? 'loads' : formatProblems(result.problems);
}

function edited(from: string | RegExp, to: string): string {
  const text = GOOD.replace(from, to);
  expect(text).not.toBe(GOOD);
  return text;
}

test('a right file loads, with defaults and paths relative to the file', () => {
  const result = load('agent', GOOD);
  if (!result.ok) throw new Error(formatProblems(result.problems));
  expect(result.value.warnings).toEqual([]);
  expect(result.value.config).toEqual({
    kind: 'agent',
    cluster: 'hci-a',
    node: 'n1',
    listen: { host: '10.77.0.11', port: 7400 },
    dataDir: '/var/lib/mha4rdb',
    members: [
      {
        id: 'n1',
        address: { host: '10.77.0.11', port: 7400 },
        role: 'data',
        database: { host: '10.77.0.11', port: 5432 },
        priority: 100,
      },
      {
        id: 'n2',
        address: { host: '10.77.0.12', port: 7400 },
        role: 'data',
        database: { host: '10.77.0.12', port: 5432 },
        priority: 0,
      },
      { id: 'n3', address: { host: '10.77.0.13', port: 7400 }, role: 'arbiter', priority: 0 },
    ],
    timing: 'balanced',
    durability: { mode: 'majority', degrade: true },
    election: 'agent',
    stopMode: 'handover',
    switchover: { readyTimeout: 5000 },
    security: { insecure: true },
    log: { level: 'info', pretty: false },
    database: {
      engine: 'postgres',
      binDir: '/usr/lib/postgresql/15/bin',
      dataDir: path.join(directory, 'main'),
      osUser: 'postgres',
      port: 5432,
      superuser: { name: 'postgres' },
      replication: { name: 'replicator' },
      parameters: {},
      hba: [],
      slots: [],
      cloneCommand: [],
    },
    vip: [{ driver: 'address', address: '10.77.0.100', prefix: 24, interface: 'eth0' }],
    hooks: {
      preStop: [],
      prePromote: [],
      onRoleChange: [],
      timeout: 1000,
      roleChangeTimeout: 30_000,
    },
    watchdog: { mode: 'off', device: '/dev/watchdog', timeout: 2000 },
  });
});

const HOOK = `  - driver: hook
    address: 203.0.113.10/32
    acquire: [/usr/local/bin/vip, acquire]
    release: [/usr/local/bin/vip, release]
    status: [/usr/local/bin/vip, status]
`;

test('a VIP may be moved by commands, or by somebody else', () => {
  const text = edited(
    /security:/,
    `${HOOK}  - { driver: none, address: 203.0.113.11/32 }\nsecurity:`,
  );
  const result = load('agent', text);
  if (!result.ok) throw new Error(formatProblems(result.problems));
  expect(result.value.config.vip.slice(1)).toEqual([
    {
      driver: 'hook',
      address: '203.0.113.10',
      prefix: 32,
      acquire: ['/usr/local/bin/vip', 'acquire'],
      release: ['/usr/local/bin/vip', 'release'],
      status: ['/usr/local/bin/vip', 'status'],
      timeout: 5000,
    },
    { driver: 'none', address: '203.0.113.11', prefix: 32 },
  ]);
});

test('relaxed timing has room for a watchdog', () => {
  expect(problems(`${GOOD}timing: relaxed\n${WATCHDOG}`)).toBe('loads');
});

test('explicit timing is given on in milliseconds', () => {
  const result = load(
    'agent',
    `${GOOD}timing: { grant: 4800ms, margin: 1.6s, heartbeat: 500ms }\n`,
  );
  expect(result.ok && result.value.config.timing).toEqual({
    grant: 4800,
    margin: 1600,
    heartbeat: 500,
  });
});

test('every problem is told at once, with its place and the right value', () => {
  const text = `cluster: HCI A
node: n1
listen: 10.77.0.11
members:
  - { id: n1, address: 10.77.0.300:7400, role: date }
  - { id: 2, adress: 10.77.0.12:7400, role: data }
timing: { grant: 3000, heartbeat: soon }
databse:
  engine: postgres
database:
  engine: oracle
  data_dir: /srv/pg
  port: 70000
  superuser: postgres
  hba: [ "allow all" ]
  passwordFile: /etc/pw
vip:
  - { address: 10.77.0.100, interface: a-very-long-interface }
security:
log: { level: loud, pretty: maybe }
`;
  expect(problems(text)).toMatchInlineSnapshot(`
   "agent.yaml:1:1: cluster: "HCI A" is not such a name; expected a cluster name: lower-case letters, digits and hyphens, such as hci-a
   agent.yaml:3:1: listen: "10.77.0.11" has no port; expected HOST:PORT, such as 10.77.0.11:7400 or [fd00::11]:7400
   agent.yaml:5:15: members[0].address: "10.77.0.300" is neither an address nor a host name; expected HOST:PORT, such as 10.77.0.11:7400 or [fd00::11]:7400
   agent.yaml:5:42: members[0].role: "date" is not known here; expected one of data, arbiter
   agent.yaml:6:5: members[1].address: is missing; expected HOST:PORT of its agent, such as 10.77.0.11:7400
   agent.yaml:6:7: members[1].id: 2 is not such a name; expected a node id: lower-case letters, digits and hyphens, at most 63, such as n1 (never an address, R9)
   agent.yaml:6:14: members[1].adress: unknown key; expected one of id, address, role, database, priority, noFailover, noSync (did you mean address?)
   agent.yaml:7:11: timing.grant: 3000 has no unit; expected a duration with its unit, such as 250ms, 1.5s, 2m or 1h
   agent.yaml:7:24: timing.heartbeat: "soon" is not a duration; expected a duration with its unit, such as 250ms, 1.5s, 2m or 1h
   agent.yaml:8:1: databse: unknown key; expected one of cluster, node, listen, dataDir, members, timing, durability, election, stopMode, switchover, database, hooks, vip, watchdog, security, log (did you mean database?)
   agent.yaml:10:1: database.binDir: is missing; expected database.binDir: /usr/lib/postgresql/15/bin
   agent.yaml:10:1: database.dataDir: is missing; expected database.dataDir: /var/lib/postgresql/15/main
   agent.yaml:11:3: database.engine: "oracle" is not known here; expected one of postgres, vastbase, opengauss, mogdb, panweidb, mysql, mariadb
   agent.yaml:12:3: database.data_dir: unknown key; expected one of engine, binDir, dataDir, osUser, port, superuser, replication, parameters, hba, slots, cloneCommand (did you mean dataDir?)
   agent.yaml:13:3: database.port: 70000 is not in range; expected a whole number (a port) from 1 to 65535
   agent.yaml:14:3: database.superuser: "postgres" is not a mapping; expected keys name, passwordFile below it
   agent.yaml:15:10: database.hba[0]: "allow all" is not an access rule; expected a pg_hba.conf line, such as "host all app 10.77.0.0/24 scram-sha-256"
   agent.yaml:16:3: database.passwordFile: does not belong here; expected database.superuser.passwordFile or database.replication.passwordFile
   agent.yaml:18:7: vip[0].address: "10.77.0.100" has no prefix length; expected ADDRESS/PREFIX, such as 10.77.0.100/24 or fd00::100/64
   agent.yaml:18:29: vip[0].interface: "a-very-long-interface" is not the name of a network interface; expected a name such as eth0 (at most 15 characters)
   agent.yaml:20:8: log.level: "loud" is not known here; expected one of trace, debug, info, warn, error, fatal
   agent.yaml:20:21: log.pretty: "maybe" is neither true nor false; expected true or false"
  `);
});

const WATCHDOG = 'watchdog: { mode: required, timeout: 2s }\n';

const cases: readonly (readonly [string, () => string])[] = [
  ['broken YAML', () => problems('cluster: "hci\n')],
  ['a key twice', () => problems(`${GOOD}node: n2\n`)],
  ['a list instead of a file', () => problems('- a\n- b\n')],
  ['an empty file', () => problems('')],
  ['a node that is no member', () => problems(edited('node: n1', 'node: n11'))],
  ['the arbiter in an agent file', () => problems(edited('node: n1', 'node: n3'))],
  ['an id twice', () => problems(edited('id: n2', 'id: n1'))],
  ['an address twice', () => problems(edited('10.77.0.12:7400', '10.77.0.11:7400'))],
  ['data without database', () => problems(edited(', database: 10.77.0.12:5432', ''))],
  [
    'an arbiter with database',
    () => problems(edited('role: arbiter', 'role: arbiter, database: 10.77.0.13:5432')),
  ],
  [
    'an arbiter that is kept from taking over',
    () => problems(edited('role: arbiter', 'role: arbiter, noFailover: true')),
  ],
  [
    'data members of which none may be primary',
    () => problems(edited(/role: data,/g, 'role: data, noFailover: true,')),
  ],
  ['two data members and no arbiter', () => problems(edited(/ {2}- \{ id: n3.*\n/, ''))],
  ['neither tls nor insecure', () => problems(edited('  insecure: true\n', ''))],
  ['insecure on a public address', () => problems(edited('10.77.0.12:7400', '8.8.8.8:7400'))],
  ['insecure on a wildcard', () => problems(edited('listen: 10.77.0.11', 'listen: 0.0.0.0'))],
  [
    'tls in part',
    () => problems(edited('  insecure: true', '  tls: { ca: ca.pem, cert: n1.pem }')),
  ],
  ['tls and insecure', () => problems(`${GOOD}  tls: { ca: ca.pem, cert: n1.pem, key: n1.key }\n`)],
  [
    'a port that members contradict',
    () => problems(edited('dataDir: main', 'dataDir: main\n  port: 5433')),
  ],
  [
    'a port among the parameters that members contradict',
    () => problems(edited('dataDir: main', 'dataDir: main\n  parameters: { port: 5433 }')),
  ],
  [
    'a port among the parameters that database.port contradicts',
    () =>
      problems(edited('dataDir: main', 'dataDir: main\n  port: 5432\n  parameters: { port: pg }')),
  ],
  [
    'the database inside dataDir',
    () => problems(edited('dataDir: main', 'dataDir: /var/lib/mha4rdb/pg')),
  ],
  ['a VIP that is a host', () => problems(edited('10.77.0.100/24', '10.77.0.12/24'))],
  ['a preset that is none', () => problems(`${GOOD}timing: quick\n`)],
  ['an unknown length of time', () => problems(`${GOOD}timing: { grand: 3s }\n`)],
  ['a broken inequality', () => problems(`${GOOD}timing: { grant: 3s, heartbeat: 900ms }\n`)],
  [
    'a hook that is read by a shell, or found by name',
    () => problems(`${GOOD}hooks: { preStop: "drain | log", prePromote: [may-be-primary] }\n`),
  ],
  ['a hook longer than a grant', () => problems(`${GOOD}hooks: { timeout: 3s }\n`)],
  ['an election that is not the agents’', () => problems(`${GOOD}election: none\n`)],
  ['a bound that nothing keeps', () => problems(`${GOOD}durability: { maxLostBytes: 5 }\n`)],
  ['an unknown environment variable', () => problems(GOOD, { env: { MHA_LOG_LEVLE: 'debug' } })],
  ['a wrong environment value', () => problems(GOOD, { env: { MHA_DATABASE_PORT: 'pg' } })],
  ['a wrong flag', () => problems(GOOD, { flags: { 'stop-mode': 'quick', timming: 'fast' } })],
  ['a wrong list in the environment', () => problems(GOOD, { env: { MHA_VIP: '[{address: x}]' } })],
  ['database in an arbiter file', () => problems(edited('node: n1', 'node: n3'), {}, 'arbiter')],
  [
    'a VIP with an unknown driver',
    () => problems(edited('address: 10.77.0.100/24', 'driver: bgp, address: 10.77.0.100/24')),
  ],
  [
    'a hook without its commands, and with an interface',
    () => problems(edited('address: 10.77.0.100/24', 'driver: hook, address: 10.77.0.100/24')),
  ],
  [
    'a hook that is no absolute path, and one too patient',
    () =>
      problems(
        edited(
          /security:/,
          `${HOOK.replace('[/usr/local/bin/vip, status]', '[vip]')}${HOOK}    timeout: 2m\nsecurity:`,
        ),
      ),
  ],
  ['a watchdog that the timing has no room for', () => problems(`${GOOD}${WATCHDOG}`)],
  [
    'a watchdog of half a second',
    () => problems(`${GOOD}timing: relaxed\n${WATCHDOG.replace('2s', '2500ms')}`),
  ],
  ['a watchdog that is on', () => problems(`${GOOD}watchdog: { mode: on }\n`)],
  [
    'a file that is not there',
    () => {
      const result = loadConfig({ kind: 'agent', file: '/nowhere/agent.yaml', env: {}, flags: {} });
      return result.ok ? 'loads' : formatProblems(result.problems);
    },
  ],
];

test.each(cases)('%s is refused and says what would be right', (_name, run) => {
  expect(run()).toMatchSnapshot();
});

test('a flag wins over the environment, that over the file, that over the default', () => {
  const text = `${GOOD}log: { level: warn }\n`;
  const level = (extra: Extra): string => {
    const result = load('agent', text, extra);
    return result.ok ? result.value.config.log.level : 'refused';
  };
  expect(level({})).toBe('warn');
  expect(level({ env: { MHA_LOG_LEVEL: 'debug' } })).toBe('debug');
  expect(level({ env: { MHA_LOG_LEVEL: 'debug' }, flags: { 'log-level': 'error' } })).toBe('error');
});

test('lists and mappings can come from the environment', () => {
  const result = load('agent', GOOD, {
    env: { MHA_VIP: '[{ address: fd00::1/64, interface: eth1 }]', MHA_TIMING: '{ grant: 4800ms }' },
  });
  if (!result.ok) throw new Error(formatProblems(result.problems));
  expect(result.value.config.vip).toEqual([
    { driver: 'address', address: 'fd00::1', prefix: 64, interface: 'eth1' },
  ]);
  expect(result.value.config.timing).toEqual({ grant: 4800 });
});

test('--print-config shows each value with its origin, and no secret', () => {
  const text = edited(
    'dataDir: main',
    'dataDir: main\n  parameters: { shared_buffers: 64MB, ssl_passphrase_command: echo hush }',
  );
  const result = load('agent', text, {
    env: { MHA_TIMING: 'fast' },
    flags: { 'log-level': 'debug' },
  });
  if (!result.ok) throw new Error(formatProblems(result.problems));
  const printed = printConfig(result.value.effective)
    .replaceAll(directory, 'DIR')
    .replaceAll(/ +# /g, ' # ');
  expect(printed).toMatchSnapshot();
  expect(printed).not.toContain('hush');
});

test('members on which no commit can count are warned of', () => {
  const result = load('agent', edited('role: data,', 'role: data, noSync: true,'));
  expect(result.ok && formatProblems(result.value.warnings)).toBe(
    'agent.yaml:4:1: members: commits can count on one member only: with a primary there, they wait for nobody; expected two data members or more without noFailover and noSync',
  );
  if (!result.ok) throw new Error('refused');
  expect(result.value.config.members[0]).toMatchObject({ id: 'n1', noSync: true });
});

test('an even number of voters and a port forward are warned of', () => {
  const text = edited('listen: 10.77.0.11:7400', 'listen: 10.77.0.11:7401').replace(
    '  - { id: n3',
    '  - { id: n4, address: 10.77.0.14:7400, role: data, database: 10.77.0.14:5432 }\n  - { id: n3',
  );
  const result = load('agent', text);
  expect(result.ok && formatProblems(result.value.warnings)).toMatchInlineSnapshot(`
   "agent.yaml:3:1: listen: port 7401, but the others will call 10.77.0.11:7400; expected 7400, unless a port forward lies between
   agent.yaml:4:1: members: 4 voters bear the loss of no more than 3 would; expected an odd number of members"
  `);
});

test('the port may stand among the parameters, where people who know their server write it', () => {
  const text = edited('dataDir: main', 'dataDir: main\n  parameters: { port: 5433 }').replaceAll(
    ':5432',
    ':5433',
  );
  const result = load('agent', text);
  expect(result.ok && result.value.config.database.port).toBe(5433);
});

test.each([
  ["'*'", 0],
  ['10.77.0.11', 1],
  ["'0.0.0.0, 127.0.0.1'", 0],
  ["'127.0.0.1, 10.77.0.100'", 1],
])('a server that listens on %s is warned of %i times: the VIP comes later', (listens, times) => {
  const parameters = `  parameters: { listen_addresses: ${listens} }`;
  const result = load('agent', edited('dataDir: main', `dataDir: main\n${parameters}`));
  if (!result.ok) throw new Error(formatProblems(result.problems));
  expect(result.value.warnings).toHaveLength(times);
});

test('every key has a flag of its own', () => {
  const flags = configFlags('agent').map(({ flag }) => flag);
  expect(new Set(flags).size).toBe(flags.length);
  expect(flags).toContain('database-superuser-password-file');
});
