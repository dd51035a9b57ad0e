import { epochOf, nodeIdOf } from '@mha4rdb/kernel';
import { INITIAL_STATE } from './managed-file.js';
import { observationOf, type ProbeFindings } from './observation.js';
import type { ServerAnswer } from './probe-rows.js';
import type { ServerErrorKind } from './server-error.js';

const directory = { kind: 'present', systemId: '1' } as const;
const durable = { ...INITIAL_STATE, upstream: { node: nodeIdOf('n1'), conninfo: 'x' } };
const answer: ServerAnswer = {
  role: 'standby',
  epoch: epochOf(3),
  hasMarkerTable: true,
  segmentBytes: 1,
  flushedLsn: 105,
  replayedLsn: 100,
  receiver: false,
  receiving: false,
  startupIdle: true,
  upstream: null,
  admits: 'all',
  generation: 1,
  standbys: [],
};
const running: ProbeFindings = { directory, process: 'running', timelineOnDisk: 2 };
const answered = (change: Partial<ServerAnswer>) =>
  observationOf({ ...running, server: { ok: true, answer: { ...answer, ...change } } });

test('a drained standby ends where it has replayed, and says so', () => {
  expect(answered({})).toMatchObject({
    role: 'standby',
    works: true,
    drained: true,
    position: { epoch: 3, timeline: 2, lsn: 100 },
  });
});

test.each([
  ['has an upstream', { upstream: nodeIdOf('n1') }],
  ['has a receiver', { receiver: true }],
  ['still replays', { startupIdle: false }],
])('a standby that %s is not drained, and ends where it has received', (_, change) => {
  expect(answered(change)).toMatchObject({ drained: false, position: { lsn: 105 } });
});

test('a primary shows its standbys and nothing of a standby', () => {
  const seen = answered({ role: 'primary', timeline: 4 });
  expect(seen).toMatchObject({ role: 'primary', standbys: [], position: { timeline: 4 } });
  expect(seen).not.toHaveProperty('drained');
  expect(seen).not.toHaveProperty('upstream');
});

const refusals: readonly (readonly [ServerErrorKind, string])[] = [
  ['starting', 'starting'],
  ['inconsistent', 'starting'],
  ['not-listening', 'starting'],
  ['stopping', 'silent'],
  ['timeout', 'silent'],
  ['wrong-password', 'silent'],
  ['exhausted', 'silent'],
];

test.each(refusals)('a server that is %s has the role %s and does not work', (kind, role) => {
  const error = { kind, sentence: 'why' };
  expect(observationOf({ ...running, durable, server: { ok: false, error } })).toMatchObject({
    role,
    works: false,
    detail: 'why',
    rule: INITIAL_STATE.rule,
    upstream: 'n1',
  });
});

test('without a postmaster the files speak for the configuration', () => {
  expect(observationOf({ directory, process: 'stopped', durable })).toEqual({
    directory,
    process: 'stopped',
    role: 'stopped',
    works: false,
    rule: INITIAL_STATE.rule,
    upstream: 'n1',
    admits: 'replication',
  });
  expect(observationOf({ directory, process: 'stopping' })).toMatchObject({ role: 'stopped' });
});
