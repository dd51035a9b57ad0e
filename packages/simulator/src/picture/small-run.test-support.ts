import { nodeIdOf } from '@mha4rdb/kernel';
import type { RecordedDatabase, RecordedEvent, RunRecord } from './record.js';

const [n1, n2, a1] = [nodeIdOf('n1'), nodeIdOf('n2'), nodeIdOf('a1')];

const range = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, index) => from + index * step);

const database = (at: number, member: typeof n1, state: RecordedDatabase): RecordedEvent => ({
  kind: 'database',
  at,
  member,
  state,
});

const decided = (
  at: number,
  member: typeof n1,
  event: string,
  fields: Readonly<Record<string, unknown>>,
): RecordedEvent => ({ kind: 'decided', at, member, event, fields });

const grants = (member: typeof n1, epoch: number, from: number, to: number): RecordedEvent[] =>
  range(from, to, 250).flatMap((at) => [
    { kind: 'grant', at, member, epoch, until: at + 2400 },
    { kind: 'port', at, member, admits: 'clients', vip: true, until: at + 2370 },
  ]);

const EVENTS: readonly RecordedEvent[] = [
  { kind: 'coordinator', at: 500, member: a1, term: 2, leads: true },
  database(1000, n1, 'primary'),
  database(1000, n2, 'standby'),
  { kind: 'stream', at: 1100, member: n2, upstream: n1 },
  ...grants(n1, 4, 1200, 9900),
  { kind: 'fault', at: 10_000, member: n1, fault: 'power-loss', text: '' },
  { kind: 'power', at: 10_000, member: n1, on: false },
  { kind: 'agent', at: 10_000, member: n1, state: 'down' },
  { kind: 'port', at: 10_000, member: n1, admits: 'everybody', vip: false, until: null },
  database(10_000, n1, 'stopped'),
  { kind: 'stream', at: 10_000, member: n2, upstream: null },
  decided(11_500, a1, 'election-began', { epoch: 4, cause: 'grant-expired', detectMs: 1650 }),
  decided(11_515, n2, 'sealed', { ms: 14, position: { epoch: 4, timeline: 2, lsn: 354 } }),
  decided(11_520, a1, 'appointed', {
    epoch: 37,
    primary: n2,
    evidence: 'n2 sealed: 1 of n2, 1 needed',
  }),
  decided(11_530, a1, 'waiting', { reason: 'n2 is being promoted' }),
  { kind: 'port', at: 11_540, member: n2, admits: 'peers', vip: false, until: 13_900 },
  database(11_690, n2, 'primary'),
  decided(11_692, n2, 'promoted', { ms: 150 }),
  decided(11_720, a1, 'confirmed', { primary: n2, rule: { standbys: [], acks: 0 } }),
  decided(12_300, a1, 'granted', { epoch: 37, holder: n2, longestMs: 2400 }),
  ...grants(n2, 37, 12_300, 24_000),
  { kind: 'mended', at: 18_000, member: n1, fault: 'power-loss', text: '' },
  { kind: 'power', at: 18_000, member: n1, on: true },
  { kind: 'agent', at: 19_000, member: n1, state: 'up' },
  database(19_050, n1, 'starting'),
  database(19_100, n1, 'standby'),
  { kind: 'stream', at: 19_120, member: n1, upstream: n2 },
  decided(19_130, n1, 'following-primary', { ms: 15 }),
  { kind: 'mended', at: 22_000, member: null, fault: 'all', text: '' },
  ...[...range(1200, 10_000, 40), ...range(12_340, 24_000, 40)].map((at): RecordedEvent => ({
    kind: 'acknowledged',
    at,
    member: at < 10_000 ? n1 : n2,
    epoch: 4,
  })),
];

/** A power loss in a dual cluster as a run records it, small enough to be read. */
export const SMALL_RUN: RunRecord = {
  members: [
    { id: n1, role: 'data' },
    { id: n2, role: 'data' },
    { id: a1, role: 'arbiter' },
  ],
  endMs: 24_000,
  events: [...EVENTS].sort((a, b) => a.at - b.at),
  changes: [],
};
