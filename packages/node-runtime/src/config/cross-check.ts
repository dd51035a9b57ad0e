import { fitWatchdog, parseTiming, TIMING_PRESETS } from '@mha4rdb/core';
import { LIMITS } from '@mha4rdb/kernel';
import path from 'node:path';
import type { BaseConfig, DatabaseConfig, HooksConfig, WatchdogConfig } from './config.js';
import { isPrivateAddress } from './private-address.js';
import type { Complaint } from './reader.js';
import { hostPortText, type HostPort } from './scalar-readers.js';
import { nearest, suggestion } from './suggestion.js';
import type { VipConfig } from './vip-readers.js';

type Check = (config: Checked) => readonly Complaint[];

/** A configuration whose values are each right; whether they fit together is asked here. */
export interface Checked extends BaseConfig {
  readonly kind: 'agent' | 'arbiter';
  readonly database?: DatabaseConfig;
  readonly vip?: readonly VipConfig[];
  readonly watchdog?: WatchdogConfig;
  readonly hooks?: HooksConfig;
}

/** Everything that concerns more than one key, all at once; `at` is the full path of the key. */
export function crossCheck(config: Checked): readonly Complaint[] {
  return CHECKS.flatMap((check) => check(config));
}

/** Right, but probably not what was meant. */
export function warningsOf(config: Checked): readonly Complaint[] {
  return [
    ...portsDiffer(config),
    ...evenVoters(config),
    ...countsOnNobody(config),
    ...vipNotListenedOn(config),
  ];
}

const ownMember: Check = ({ node, kind, members }) => {
  const ids = members.map(({ id }) => id);
  const own = members.find(({ id }) => id === node);
  if (own === undefined) {
    const near = nearest(node, ids);
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    return [complaint('node', `${node} is not among members`, `one of ${ids.join(', ')}${hint}`)];
  }
  const role = kind === 'agent' ? 'data' : 'arbiter';
  if (own.role === role) return [];
  const program = own.role === 'data' ? 'mha-agent' : 'mha-arbiter';
  return [
    complaint(
      `members[${members.indexOf(own)}].role`,
      `${node} has role ${own.role}, and this is the configuration of an ${kind}`,
      `role ${role}, or start ${program} instead`,
    ),
  ];
};

const uniqueMembers: Check = ({ members }) => [
  ...repeated(members.map(({ id }, index) => [`members[${index}].id`, id])),
  ...repeated(
    members.map(({ address }, index) => [`members[${index}].address`, hostPortText(address)]),
  ),
  ...repeated(
    members.flatMap(({ database }, index) =>
      database === undefined ? [] : [[`members[${index}].database`, hostPortText(database)]],
    ),
  ),
];

const rolesAndDatabases: Check = ({ members }) =>
  members.flatMap(({ id, role, database }, index) => {
    if (role === 'data' && database === undefined) {
      return [
        complaint(
          `members[${index}].database`,
          `is missing: ${id} is a data member`,
          'HOST:PORT of its database, such as 10.77.0.11:5432',
        ),
      ];
    }
    return role === 'arbiter' && database !== undefined
      ? [complaint(`members[${index}].database`, `${id} is an arbiter`, 'no such line')]
      : [];
  });

const limits: Check = ({ members }) => {
  const data = members.filter(({ role }) => role === 'data');
  const idle = members.flatMap(({ id, role, noFailover, noSync }, index) => {
    if (role === 'data' || (noFailover !== true && noSync !== true)) return [];
    const at = `members[${index}].${noFailover === true ? 'noFailover' : 'noSync'}`;
    return [complaint(at, `${id} is an arbiter: it has no database`, 'no such line')];
  });
  if (data.length === 0 || data.some(({ noFailover }) => noFailover !== true)) return idle;
  const message = 'every data member has noFailover, so that nobody could be primary';
  return [...idle, complaint('members', message, 'at least one data member without it')];
};

const shape: Check = ({ members }) => {
  const data = members.filter(({ role }) => role === 'data').length;
  const arbiters = members.length - data;
  const expected = '1 data member; 2 data members and 1 arbiter; or 3 or more data members';
  if (members.length > LIMITS.members) {
    return [complaint('members', `${members.length} members`, `at most ${LIMITS.members}`)];
  }
  if (data === 0) return [complaint('members', 'there is no data member', expected)];
  if (data === 1 && arbiters > 0) {
    const message = 'an arbiter beside one data member can only take its majority away';
    return [complaint('members', message, expected)];
  }
  if (data === 2 && arbiters === 0) {
    const message = 'two data members without an arbiter: losing either would stop the other too';
    return [complaint('members', message, expected)];
  }
  return [];
};

const security: Check = ({ security: given, listen, members }) => {
  if (given.tls !== undefined && given.insecure) {
    const message = 'is true, and security.tls is given as well';
    return [complaint('security.insecure', message, 'one of the two')];
  }
  if (given.tls === undefined && !given.insecure) {
    const expected = 'security.tls { ca, cert, key }; or, on a private network, insecure: true';
    return [complaint('security', 'says neither tls nor insecure', expected)];
  }
  if (!given.insecure) return [];
  const places: readonly (readonly [string, HostPort])[] = [
    ['listen', listen],
    ...members.map(({ address }, index) => [`members[${index}].address`, address] as const),
  ];
  return places
    .filter(([, { host }]) => !isPrivateAddress(host))
    .map(([at, { host }]) =>
      complaint(
        at,
        `${host} is neither a loopback nor a private address, and security.insecure is true`,
        'a private address (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7), or security.tls',
      ),
    );
};

/** Unknown names first; then what `core` says of the inequalities, by their names (protocol §4). */
const timing: Check = ({ timing: given }) => {
  const names = Object.keys(TIMING_PRESETS.balanced);
  const unknown =
    typeof given === 'string' ? [] : Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    return unknown.map((name) =>
      complaint(`timing.${name}`, 'unknown key', suggestion(name, names)),
    );
  }
  const parsed = parseTiming(given);
  if (parsed.ok) return [];
  const { code, message } = parsed.error;
  const expected =
    code === 'unknown-preset'
      ? 'fast, balanced or relaxed'
      : 'values with which each of these holds';
  return [complaint('timing', message, expected)];
};

const database: Check = ({ database: given, node, members, dataDir }) => {
  if (given === undefined) return [];
  const own = members.find(({ id }) => id === node)?.database;
  const complaints: Complaint[] = [];
  if (own !== undefined && own.port !== given.port) {
    complaints.push(
      complaint(
        'database.port',
        `is ${given.port}, and members names ${hostPortText(own)}`,
        `${own.port}`,
      ),
    );
  }
  const { port: parameter } = given.parameters;
  if (parameter !== undefined && parameter !== String(given.port)) {
    const message = `is ${parameter}, and the database's port is ${given.port}`;
    complaints.push(
      complaint('database.parameters.port', message, `${given.port}, or no such line`),
    );
  }
  if (isInside(given.dataDir, dataDir) || isInside(dataDir, given.dataDir)) {
    complaints.push(
      complaint(
        'database.dataDir',
        `${given.dataDir} and dataDir ${dataDir} lie one in the other`,
        'two separate directories: the database is re-cloned, the Raft log must not be',
      ),
    );
  }
  return complaints;
};

const vips: Check = ({ vip = [], members }) => {
  const hosts = new Set(members.map(({ address }) => address.host));
  return [
    ...repeated(vip.map(({ address }, index) => [`vip[${index}].address`, address])),
    ...vip.flatMap(({ address }, index) =>
      hosts.has(address)
        ? [
            complaint(
              `vip[${index}].address`,
              `${address} is a member's own address`,
              'an address that no host has, in the same network',
            ),
          ]
        : [],
    ),
  ];
};

/** They stand in the way of service: longer than a grant, an appointment would be over meanwhile. */
const hooks: Check = ({ hooks: given, timing: timingInput }) => {
  const parsed = parseTiming(timingInput);
  if (given === undefined || !parsed.ok || given.timeout <= parsed.value.grant) return [];
  const message = `${given.timeout} ms is longer than a grant of ${parsed.value.grant} ms`;
  return [complaint('hooks.timeout', message, `${parsed.value.grant}ms or less`)];
};

/** What `core` says of a watchdog beside this timing, by the inequalities' names. */
const watchdog: Check = ({ watchdog: given, timing: timingInput }) => {
  if (given === undefined || given.mode === 'off') return [];
  if (given.timeout % 1000 !== 0) {
    const message = `${given.timeout} ms: devices count whole seconds`;
    return [complaint('watchdog.timeout', message, 'whole seconds, such as 2s')];
  }
  const parsed = parseTiming(timingInput);
  if (!parsed.ok) return [];
  const fit = fitWatchdog(parsed.value, given.timeout);
  return fit.ok
    ? []
    : [complaint('watchdog.timeout', fit.error.message, fit.error.remedy ?? 'another value')];
};

/** The agents would choose all the same. */
const election: Check = ({ election: given }) =>
  given === 'agent'
    ? []
    : [
        complaint(
          'election',
          `${given} is not supported by this version`,
          'agent; for no failover by itself: mhactl pause',
        ),
      ];

const CHECKS: readonly Check[] = [
  ownMember,
  uniqueMembers,
  rolesAndDatabases,
  limits,
  shape,
  security,
  timing,
  election,
  database,
  vips,
  watchdog,
  hooks,
];

const portsDiffer: Check = ({ node, listen, members }) => {
  const own = members.find(({ id }) => id === node);
  return own === undefined || own.address.port === listen.port
    ? []
    : [
        complaint(
          'listen',
          `port ${listen.port}, but the others will call ${hostPortText(own.address)}`,
          `${own.address.port}, unless a port forward lies between`,
        ),
      ];
};

const evenVoters: Check = ({ members }) =>
  members.length > 1 && members.length % 2 === 0
    ? [
        complaint(
          'members',
          `${members.length} voters bear the loss of no more than ${members.length - 1} would`,
          'an odd number of members',
        ),
      ]
    : [];

/** Then no commit has a second copy that a failover could rest on, whatever durability.mode says. */
const countsOnNobody: Check = ({ members, durability: { mode } }) => {
  const data = members.filter(({ role }) => role === 'data');
  const counted = data.filter(({ noFailover, noSync }) => noFailover !== true && noSync !== true);
  if (data.length < 2 || mode === 'async' || counted.length > 1) return [];
  const message = `commits can count on ${counted.length === 0 ? 'no member' : 'one member only'}: with a primary there, they wait for nobody`;
  return [complaint('members', message, 'two data members or more without noFailover and noSync')];
};

/** A server binds at its start, when its host has no VIP; only a wildcard serves one that comes later. */
const vipNotListenedOn: Check = ({ vip = [], database: given }) => {
  const listens = given?.parameters['listen_addresses'];
  if (!vip.some(({ driver }) => driver === 'address') || listens === undefined) return [];
  if (listens.split(',').some((name) => WILDCARDS.includes(name.trim()))) return [];
  const message = `"${listens}" leaves the VIP out: a server cannot bind an address that comes later`;
  const expected = `'*', or no such line; or net.ipv4.ip_nonlocal_bind = 1 with the VIP in the list`;
  return [complaint('database.parameters.listen_addresses', message, expected)];
};

const WILDCARDS: readonly string[] = ['*', '0.0.0.0', '::'];

function repeated(values: readonly (readonly string[])[]): readonly Complaint[] {
  const first = new Map<string, string>();
  return values.flatMap(([at = '', value = '']) => {
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, at);
    return earlier === undefined
      ? []
      : [complaint(at, `${value} stands at ${earlier} already`, 'each of them once')];
  });
}

function isInside(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || !(relative.startsWith('..') || path.isAbsolute(relative));
}

function complaint(at: string, message: string, expected: string): Complaint {
  return { at, message, expected };
}
