import { instantOf } from '@mha4rdb/kernel';
import { startRaft } from './start.js';
import { configurationOf } from './membership/configuration.js';
import type { RaftSource } from './source.js';
import { idsOf, OPTIONS, voters, type Disk } from './testing/cluster.js';
import { entries, feed, hear, index, node, restarted, term } from './testing/node.js';

const options = { ...OPTIONS, id: node('a') };

function begin(source: RaftSource<string, readonly string[]>) {
  return startRaft(options, source, instantOf(0), 1);
}

const disk: Disk = {
  hardState: { term: term(3), votedFor: node('b') },
  snapshot: { index: index(5), term: term(2), configuration: voters(3), machine: ['five'] },
  entries: entries(6, 2, 3),
};

describe('a first start', () => {
  it('makes the same snapshot on every member, restores it, and writes it before anything is said', () => {
    const source = { kind: 'bootstrap', configuration: voters(3), machine: ['zero'] } as const;
    const { state, effects } = begin(source);
    const snapshot = { index: 1, term: 1, configuration: voters(3), machine: ['zero'] };
    expect(effects).toEqual([
      { kind: 'restoreSnapshot', snapshot },
      { kind: 'persist', ticket: 1, hardState: { term: 1, votedFor: null }, snapshot, entries: [] },
    ]);
    expect(state).toMatchObject({ role: 'follower', commit: 1, applied: 1 });
  });

  it('is refused to a node that is not among the first members (R10)', () => {
    const configuration = configurationOf(idsOf('b', 'c'));
    expect(() => begin({ kind: 'bootstrap', configuration, machine: [] })).toThrow(/R10/);
  });

  it('of a node that joins: it waits for a leader and takes its snapshot', () => {
    const { state, effects } = begin({ kind: 'join' });
    expect(effects).toEqual([
      { kind: 'persist', ticket: 1, hardState: { term: 0, votedFor: null }, entries: [] },
    ]);
    const joiner = { ...restarted(), state };
    feed(joiner, { kind: 'tick' });
    expect(joiner.sent).toEqual([]);
    const snapshot = { index: index(9), term: term(2), configuration: voters(3), machine: [] };
    hear(joiner, 'append', {
      term: 2,
      prevIndex: index(9),
      prevTerm: term(2),
      entries: [],
      commit: index(9),
    });
    expect(joiner.sent.at(-1)).toMatchObject({ outcome: { kind: 'rejected', hintIndex: 0 } });
    hear(joiner, 'installSnapshot', { term: 2, snapshot });
    expect(joiner.state).toMatchObject({ commit: 9, configuration: { value: voters(3) } });
  });
});

describe('a restart', () => {
  it('knows what the disk knew, and that nothing after the snapshot is known to be committed (R5)', () => {
    const { state, effects } = begin({ kind: 'disk', persisted: disk });
    expect(state).toMatchObject({
      term: 3,
      votedFor: 'b',
      commit: 5,
      applied: 5,
      role: 'follower',
      leader: null,
      persistence: { durableIndex: 7 },
    });
    expect(effects).toEqual([{ kind: 'restoreSnapshot', snapshot: disk.snapshot }]);
  });

  it('does not look at entries that the snapshot stands for', () => {
    const { state } = begin({
      kind: 'disk',
      persisted: { ...disk, entries: [...entries(2, 1, 1), ...disk.entries] },
    });
    expect(state.log.entries).toEqual(disk.entries);
  });

  it('without a snapshot, after a crash at the very first one, waits like one that joins', () => {
    const persisted = { hardState: disk.hardState, snapshot: null, entries: [] };
    expect(begin({ kind: 'disk', persisted }).state).toMatchObject({ term: 3, commit: 0 });
  });

  it.each<[string, Partial<Disk>]>([
    [
      'a log of a later term than the vote record',
      { hardState: { term: term(2), votedFor: null } },
    ],
    [
      'a snapshot of a later term than the vote record',
      { hardState: { term: term(1), votedFor: null }, entries: [] },
    ],
    ['a gap after the snapshot', { entries: entries(7, 3) }],
    ['a gap between entries', { entries: [...entries(6, 2), ...entries(8, 3)] }],
    ['terms that fall', { entries: entries(6, 3, 2) }],
    ['an entry older than the snapshot that it follows', { entries: entries(6, 1) }],
    ['entries without any snapshot', { snapshot: null }],
  ])('refuses %s (R10)', (_, damage) => {
    expect(() => begin({ kind: 'disk', persisted: { ...disk, ...damage } })).toThrow(/R10/);
  });
});

it.each([
  { heartbeat: 150, electionMin: 150, electionMax: 300 },
  { heartbeat: 50, electionMin: 300, electionMax: 150 },
  { heartbeat: 0, electionMin: 150, electionMax: 300 },
])('refuses timing in which no leader could stay: %j (R18)', (timing) => {
  const source = { kind: 'bootstrap', configuration: voters(1), machine: [] } as const;
  const wrong = { ...options, ...timing } as typeof options;
  expect(() => startRaft(wrong, source, instantOf(0), 1)).toThrow(/R18/);
});
