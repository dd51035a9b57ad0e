import { readServerAnswer } from './probe-rows.js';

const primary = {
  standby: false,
  epoch: '7',
  has_marker: true,
  segment_bytes: '16777216',
  flushed: '0/5000060',
  received: null,
  replayed: null,
  wal_file: '000000020000000000000005',
  received_timeline: null,
  receiver_status: null,
  receiver: false,
  startup_wait: null,
  rule: 'ANY 1 ("n2")',
  upstream: '',
  admits: 'all',
  generation: '4',
  standbys: null,
};

test('a primary answers with its flushed end, timeline, epoch and rule', () => {
  expect(readServerAnswer(primary)).toMatchObject({
    role: 'primary',
    epoch: 7,
    timeline: 2,
    flushedLsn: 0x5000060,
    replayedLsn: 0x5000060,
    rule: { standbys: ['n2'], acks: 1 },
    upstream: null,
    standbys: [],
  });
});

test('a standby has the greater of what it received and what it replayed', () => {
  const standby = { ...primary, standby: true, flushed: null, wal_file: null, upstream: 'n1' };
  const read = (received: string | null, replayed: string) =>
    readServerAnswer({ ...standby, received, replayed }).flushedLsn;
  expect(read('0/20', '0/10')).toBe(0x20);
  expect(read('0/10', '0/20')).toBe(0x20);
  expect(read(null, '0/20')).toBe(0x20);
});

test('of two connections with one name the further one counts; strangers do not', () => {
  const entry = (node: string, flushed: string | null, state = 'streaming') => ({
    node,
    state,
    flushed,
    replayed: flushed,
  });
  const { standbys } = readServerAnswer({
    ...primary,
    standbys: [
      entry('n3', '0/10'),
      entry('n2', '0/30'),
      entry('n2', '0/20'),
      entry('n2', null, 'startup'),
      entry('pg_receivewal!', '0/40'),
      entry('n4', '0/40', 'odd'),
    ],
  });
  expect(standbys.map(({ node, flushedLsn }) => [node, flushedLsn])).toEqual([
    ['n2', 0x30],
    ['n3', 0x10],
  ]);
});

test('a standby that has caught up and is idle has no lag; of one that still connects none is known', () => {
  const entry = { node: 'n2', state: 'streaming', flushed: '0/10', replayed: '0/10' };
  const lagOf = (change: object) =>
    readServerAnswer({ ...primary, standbys: [{ ...entry, ...change }] }).standbys[0]?.lagMs;
  expect(lagOf({ lag_ms: 1234 })).toBe(1234);
  expect(lagOf({ lag_ms: null })).toBe(0);
  expect(lagOf({ lag_ms: null, state: 'catchup' })).toBeUndefined();
});

test('a rule that somebody else wrote is not reported as one', () => {
  expect(readServerAnswer({ ...primary, rule: '*' }).rule).toBeUndefined();
});

test('a server without our settings admits all, since nobody closed it', () => {
  expect(readServerAnswer({ ...primary, admits: null }).admits).toBe('all');
});
