import { defaultKey, optionalKey, requiredKey } from './key.js';
import { readMembers } from './member-readers.js';
import {
  labelReader,
  readBoolean,
  readDuration,
  readHostPort,
  readNodeId,
  textReader,
  wordReader,
} from './scalar-readers.js';
import { readTiming } from './structure-readers.js';

/** What agent and arbiter share. */
export const BASE_KEYS = {
  cluster: requiredKey(
    'cluster',
    labelReader('a cluster name: lower-case letters, digits and hyphens, such as hci-a'),
    {
      doc: [
        "The cluster's name, the same on all members. A node refuses peers of another cluster.",
      ],
      example: ['hci-a'],
    },
  ),
  node: requiredKey('node', readNodeId, {
    doc: [
      "This node's id. Ids are used once, forever: a host that lost its dataDir gets a new one.",
    ],
    example: ['n1'],
  }),
  listen: requiredKey('listen', readHostPort, {
    doc: ['Where this program listens for members, clients, probes and metrics.'],
    example: ['10.77.0.11:7400'],
  }),
  dataDir: defaultKey('dataDir', textReader('a directory, such as /var/lib/mha4rdb'), {
    doc: ['Raft log, vote and incarnation. Never share it, never copy it, never restore it.'],
    example: ['/var/lib/mha4rdb'],
    default: '/var/lib/mha4rdb',
    isPath: true,
  }),
  members: requiredKey('members', readMembers, {
    doc: [
      'All members, to form the cluster; afterwards the replicated list rules.',
      'Modes are shapes of this list: 1 data; 2 data + 1 arbiter; 3 or more data.',
      'priority breaks ties among equals only; the greater wins, 0 unless given. noFailover: true keeps',
      'a member from taking over, noSync: true keeps commits from counting on it.',
    ],
    example: [
      '',
      '- { id: n1, address: 10.77.0.11:7400, role: data, database: 10.77.0.11:5432, priority: 100 }',
      '- { id: n2, address: 10.77.0.12:7400, role: data, database: 10.77.0.12:5432 }',
      '- { id: n3, address: 10.77.0.13:7400, role: arbiter }',
    ],
  }),
  timing: defaultKey('timing', readTiming, {
    doc: [
      'How fast a failover is: fast | balanced | relaxed, or durations by name. What breaks an',
      "inequality is refused by the inequality's name. The same on all members.",
    ],
    example: ['balanced'],
    default: 'balanced',
  }),
  durabilityMode: defaultKey('durability.mode', wordReader(['majority', 'all', 'async']), {
    doc: ['On how many standbys a commit is flushed before it is acknowledged.'],
    example: ['majority'],
    default: 'majority',
  }),
  durabilityDegrade: optionalKey('durability.degrade', readBoolean, {
    doc: [
      'Whether the primary may go on with fewer standbys when one is gone. That one cannot be',
      'appointed until it has caught up. Default: true with two data members, else false.',
    ],
    example: ['true'],
  }),
  election: defaultKey('election', wordReader(['agent', 'database', 'external', 'none']), {
    doc: [
      'Who chooses the primary: agent (this program). The words database, external and none are',
      'reserved, and refused by this version; for no failover by itself, mhactl pause.',
    ],
    example: ['agent'],
    default: 'agent',
  }),
  stopMode: defaultKey('stopMode', wordReader(['handover', 'keep', 'immediate']), {
    doc: [
      'What SIGTERM does on the primary: handover (switch over first when a candidate with',
      'evidence exists), keep (leave database and VIP for a restart of the agent), immediate.',
    ],
    example: ['handover'],
    default: 'handover',
  }),
  switchoverReadyTimeout: defaultKey('switchover.readyTimeout', readDuration, {
    doc: ['The longest that a planned switchover waits for its registered consumers.'],
    example: ['5s'],
    default: '5s',
  }),
  tlsCa: optionalKey('security.tls.ca', textReader('a PEM file'), {
    doc: ["Mutual TLS between members: the authority that signed all members' certificates."],
    example: ['ca.pem'],
    isPath: true,
  }),
  tlsCert: optionalKey('security.tls.cert', textReader('a PEM file'), {
    doc: ["This node's certificate; its common name is the node id."],
    example: ['n1.pem'],
    isPath: true,
  }),
  tlsKey: optionalKey('security.tls.key', textReader('a PEM file'), {
    doc: ["This node's private key."],
    example: ['n1.key'],
    isPath: true,
  }),
  tokens: optionalKey('security.tokens', textReader('a YAML file of tokens'), {
    doc: ['Tokens for clients, in YAML: { operator: { NAME: TOKEN }, viewer: { NAME: TOKEN } }.'],
    example: ['tokens.yaml'],
    isPath: true,
  }),
  insecure: defaultKey('security.insecure', readBoolean, {
    doc: ['No TLS and no tokens. Must be said, and is refused off loopback and private addresses.'],
    example: ['true'],
    default: 'false',
    hidden: true,
  }),
  logLevel: defaultKey(
    'log.level',
    wordReader(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    { doc: ['The least severe line that is written.'], example: ['info'], default: 'info' },
  ),
  logPretty: defaultKey('log.pretty', readBoolean, {
    doc: ['For people at a terminal; false writes one JSON object per line.'],
    example: ['false'],
    default: 'false',
  }),
} as const;
