import { defaultKey, optionalKey, requiredKey } from './key.js';
import { readDuration, readPort, textReader, wordReader } from './scalar-readers.js';
import { readAccessRules, readCommand, readSlotNames } from './member-readers.js';
import { mapReader, readParameter } from './structure-readers.js';
import { readVips } from './vip-readers.js';

export const ENGINES = [
  'postgres',
  'vastbase',
  'opengauss',
  'mogdb',
  'panweidb',
  'mysql',
  'mariadb',
] as const;

const userName = textReader('the name of a database user');
const passwordFile = textReader('a file that holds the password and nothing else');

/** What only an agent has: its database and the VIP. */
export const AGENT_KEYS = {
  engine: requiredKey('database.engine', wordReader(ENGINES), {
    doc: ['postgres | vastbase | opengauss | mogdb | panweidb | mysql | mariadb'],
    example: ['postgres'],
  }),
  binDir: requiredKey('database.binDir', textReader('the directory of the server programs'), {
    doc: ["The directory of the server's programs (postgres, pg_ctl, pg_rewind, …)."],
    example: ['/usr/lib/postgresql/15/bin'],
    isPath: true,
  }),
  databaseDir: requiredKey('database.dataDir', textReader('the data directory of the server'), {
    doc: ["The server's data directory. A missing one is created and given to osUser."],
    example: ['/var/lib/postgresql/15/main'],
    isPath: true,
  }),
  osUser: optionalKey('database.osUser', textReader('a user of the operating system'), {
    doc: [
      'The OS user that runs the server. Default: postgres; vastbase, omm (openGauss, MogDB,',
      'PanWeiDB) or mysql (MySQL, MariaDB) by engine.',
    ],
    example: ['postgres'],
  }),
  port: optionalKey('database.port', readPort, {
    doc: ["The server's port, as this node's member entry names it. Default: that port."],
    example: ['5432'],
  }),
  superuserName: optionalKey('database.superuser.name', userName, {
    doc: [
      'The database user that the agent works as. Default: postgres; root for MySQL; for Vastbase',
      'and its family the initial user, who has the name of osUser.',
    ],
    example: ['postgres'],
  }),
  superuserPasswordFile: optionalKey('database.superuser.passwordFile', passwordFile, {
    doc: ['Its password, alone in a file that only root and osUser can read.'],
    example: ['/etc/mha4rdb/pg.pass'],
    isPath: true,
  }),
  replicationName: defaultKey('database.replication.name', userName, {
    doc: ['The database user that standbys stream as.'],
    example: ['replicator'],
    default: 'replicator',
  }),
  replicationPasswordFile: optionalKey('database.replication.passwordFile', passwordFile, {
    doc: ['Its password, alone in a file.'],
    example: ['/etc/mha4rdb/repl.pass'],
    isPath: true,
  }),
  parameters: defaultKey(
    'database.parameters',
    mapReader(readParameter, 'a mapping of server parameters, such as { shared_buffers: 128MB }'),
    {
      doc: [
        'Server parameters. What failover rests on (wal_level, hot_standby,',
        'synchronous_standby_names, …) is set by the agent whatever stands here.',
      ],
      example: ['{ shared_buffers: 128MB }'],
      default: '{}',
    },
  ),
  hba: defaultKey('database.hba', readAccessRules, {
    doc: [
      'Access rules. They come first in pg_hba.conf and are kept over clone and rewind; before',
      'them stands only what the agent itself needs.',
    ],
    example: ['', '- host all app 10.77.0.0/24 scram-sha-256'],
    default: '[]',
  }),
  slots: defaultKey('database.slots', readSlotNames, {
    doc: [
      'Physical replication slots for consumers that are no members (backups, other receivers).',
      'They stand on every member and keep their place over a failover; none is ever dropped.',
    ],
    example: ['', '- backup'],
    default: '[]',
  }),
  cloneCommand: defaultKey('database.cloneCommand', readCommand, {
    doc: [
      'Restores a copy from a backup, where a member has to be copied: program and arguments, run as',
      'osUser with MHA_TARGET (an absent directory), MHA_SOURCE_HOST, MHA_SOURCE_PORT, MHA_SYSTEM_ID. If it',
      'fails, or what it restored does not fit, the primary is copied.',
    ],
    example: ['[/usr/local/bin/restore-latest, --stanza=main]'],
    default: '[]',
  }),
  preStop: defaultKey('hooks.preStop', readCommand, {
    doc: [
      'Programs of yours, run as the user of the agent, with MHA_HOOK, MHA_EPOCH and more in the',
      'environment. preStop: before a planned hand-over stops the server; it holds nothing up for longer',
      'than timeout.',
    ],
    example: ['[/usr/local/bin/drain-pool]'],
    default: '[]',
  }),
  prePromote: defaultKey('hooks.prePromote', readCommand, {
    doc: [
      'Before this member becomes primary; a status other than 0 refuses it for half a minute.',
    ],
    example: ['[/usr/local/bin/may-be-primary]'],
    default: '[]',
  }),
  onRoleChange: defaultKey('hooks.onRoleChange', readCommand, {
    doc: [
      'Whenever MHA_ROLE (primary, standby, none) is another one, and when the agent starts. One run at a',
      'time, never ended by the next; it must bear being told the same twice.',
    ],
    example: ['[/usr/local/bin/tell-monitoring]'],
    default: '[]',
  }),
  hookTimeout: defaultKey('hooks.timeout', readDuration, {
    doc: ['The longest that preStop and prePromote may take: no longer than a grant.'],
    example: ['1s'],
    default: '1s',
  }),
  roleChangeTimeout: defaultKey('hooks.roleChangeTimeout', readDuration, {
    doc: ['The longest that one run of onRoleChange may take.'],
    example: ['30s'],
    default: '30s',
  }),
  vip: defaultKey('vip', readVips, {
    doc: [
      "Addresses that follow the primary. The interface is this host's; the addresses are the",
      'same on all data members. driver: address (default), whose leases end in the kernel; hook,',
      'for clouds and routers: { driver: hook, address, acquire: [PROGRAM, ARG], release, status,',
      'timeout: 5s }; none, where something else leads the address to the primary.',
    ],
    example: ['', '- { address: 10.77.0.100/24, interface: eth0 }'],
    default: '[]',
  }),
  watchdogMode: defaultKey('watchdog.mode', wordReader(['off', 'automatic', 'required']), {
    doc: [
      'A device that resets this host when its agent fails while clients could write here; the',
      "last resort behind the kernel's leases. required: without it this member does not serve;",
      'automatic: it does, and says so.',
    ],
    example: ['off'],
    default: 'off',
  }),
  watchdogDevice: defaultKey('watchdog.device', textReader('a device such as /dev/watchdog'), {
    doc: ['The device, for this agent alone.'],
    example: ['/dev/watchdog'],
    default: '/dev/watchdog',
  }),
  watchdogTimeout: defaultKey('watchdog.timeout', readDuration, {
    doc: [
      'Whole seconds from the last pet to the reset. It must fit into the timing: of the presets',
      'only relaxed has room for one.',
    ],
    example: ['2s'],
    default: '2s',
  }),
} as const;
