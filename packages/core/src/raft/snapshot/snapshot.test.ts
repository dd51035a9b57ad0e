import { instantOf, LIMITS, type NodeId } from '@mha4rdb/kernel';
import { configurationOf, type Configuration } from '../membership/configuration.js';
import { lastIndex, termAt } from '../queries.js';
import { shouldCompact } from './compact.js';
import {
  compact,
  crash,
  createCluster,
  hostOf,
  idsOf,
  OPTIONS,
  start,
  stateOf,
  voters,
  type Cluster,
} from '../testing/cluster.js';
import { elapse, elect, leaders, propose, stabilize, within } from '../testing/drive.js';
import { watch } from '../testing/checker.js';
import {
  feed,
  flush,
  hear,
  index,
  node,
  restarted,
  term,
  termsOf,
  wait,
  win,
  entries,
  type Node,
} from '../testing/node.js';

const [a, b, c] = idsOf('a', 'b', 'c') as [NodeId, NodeId, NodeId];

function snapshotAt(at: number, inTerm: number, configuration: Configuration = voters(3)) {
  return { index: index(at), term: term(inTerm), configuration, machine: [`up to ${at}`] };
}

/** A follower that has committed and applied entries of term 1 up to `upTo`. */
function applied(upTo: number): Node {
  const subject = restarted();
  for (let first = 2; first <= upTo; first += LIMITS.appendEntries) {
    const last = Math.min(upTo, first + LIMITS.appendEntries - 1);
    hear(subject, 'append', {
      term: 1,
      prevIndex: index(first - 1),
      prevTerm: term(1),
      entries: entries(first, ...Array.from({ length: last - first + 1 }, () => 1)),
      commit: index(last),
    });
  }
  return subject;
}

describe('compaction', () => {
  it('is due after so many entries, and makes a snapshot with term and configuration (R54, R55)', () => {
    const subject = applied(LIMITS.compactAfter);
    expect(shouldCompact(subject.state)).toBe(false);
    hear(subject, 'append', {
      term: 1,
      prevIndex: index(LIMITS.compactAfter),
      prevTerm: term(1),
      entries: entries(LIMITS.compactAfter + 1, 1),
      commit: index(LIMITS.compactAfter + 1),
    });
    expect(shouldCompact(subject.state)).toBe(true);
    const at = subject.state.applied;
    feed(subject, { kind: 'compact', index: at, machine: ['all'] });
    expect(shouldCompact(subject.state)).toBe(false);
    expect(subject.writes.at(-1)).toEqual({
      kind: 'persist',
      ticket: expect.any(Number) as number,
      snapshot: { index: at, term: 1, configuration: voters(3), machine: ['all'] },
      entries: [],
    });
  });

  it('keeps a tail for slow followers, and the term of the entry before it (R54)', () => {
    const subject = applied(500);
    feed(subject, { kind: 'compact', index: index(500), machine: [] });
    const base = 500 - LIMITS.compactKeep;
    expect(termsOf(subject)).toHaveLength(LIMITS.compactKeep);
    expect(termAt(subject.state, index(base))).toBe(1);
    expect(termAt(subject.state, index(base - 1))).toBeUndefined();
    expect(lastIndex(subject.state)).toBe(500);
  });

  it('never goes beyond what is applied (R54)', () => {
    const subject = applied(5);
    const event = { kind: 'compact', index: index(6), machine: [] } as const;
    expect(() => feed(subject, event)).toThrow(/R54/);
  });

  it('ignores what is older than the snapshot at hand', () => {
    const subject = applied(5);
    feed(subject, { kind: 'compact', index: index(5), machine: ['new'] });
    feed(subject, { kind: 'compact', index: index(4), machine: ['old'] });
    expect(subject.state.snapshot).toMatchObject({ index: 5, machine: ['new'] });
  });
});

describe('installing a snapshot (R52)', () => {
  it('replaces a log that does not reach it, and goes on from there', () => {
    const subject = restarted({ log: [1] });
    subject.autoPersist = false;
    const message = { term: 3, snapshot: snapshotAt(20, 2) };
    expect(hear(subject, 'installSnapshot', message)).toEqual([]);
    expect(subject.state).toMatchObject({ commit: 20, applied: 20, term: 3, leader: 'b' });
    expect(subject.writes).toMatchObject([
      { snapshot: { index: 20 }, hardState: { term: 3 }, entries: [] },
    ]);
    // What lies below may have been acknowledged: it stays until the snapshot is durable.
    expect(subject.writes[0]).not.toHaveProperty('truncateFrom');
    flush(subject);
    expect(subject.sent).toMatchObject([{ kind: 'appendResponse', outcome: { index: 20 } }]);
    hear(subject, 'append', {
      term: 3,
      prevIndex: index(20),
      prevTerm: term(2),
      entries: entries(21, 3),
      commit: index(21),
    });
    flush(subject);
    expect(subject.writes.at(-1)?.entries).toMatchObject([{ index: 21 }]);
    expect(subject.applied.map((entry) => entry.index)).toEqual([21]);
  });

  it('discards first what contradicts it', () => {
    const subject = restarted({ log: [1, 1, 1, 1] });
    hear(subject, 'installSnapshot', { term: 3, snapshot: snapshotAt(4, 2) });
    expect(subject.writes).toMatchObject([{ truncateFrom: 4, snapshot: { index: 4 } }]);
    expect(lastIndex(subject.state)).toBe(4);
  });

  it('hands the machine to the host', () => {
    const subject = restarted();
    const { effects } = feed(subject, {
      kind: 'receive',
      message: {
        kind: 'installSnapshot',
        clusterName: OPTIONS.clusterName,
        from: b,
        to: a,
        term: term(1),
        snapshot: snapshotAt(9, 1),
        sentAt: instantOf(1),
      },
    });
    expect(effects).toContainEqual({ kind: 'restoreSnapshot', snapshot: snapshotAt(9, 1) });
  });

  it('is not needed when the log holds its last entry: only the commit moves', () => {
    const subject = restarted({ log: [1, 1, 1, 1] });
    expect(hear(subject, 'installSnapshot', { term: 1, snapshot: snapshotAt(3, 1) })).toMatchObject(
      [{ outcome: { kind: 'matched', index: 3 } }],
    );
    expect(termsOf(subject)).toEqual([1, 1, 1, 1]);
    expect(subject.applied.map((entry) => entry.index)).toEqual([2, 3]);
  });

  it('is not done for one at or below the commit, which is acknowledged', () => {
    const subject = applied(8);
    const writes = subject.writes.length;
    expect(hear(subject, 'installSnapshot', { term: 1, snapshot: snapshotAt(5, 1) })).toMatchObject(
      [{ outcome: { kind: 'matched', index: 8 } }],
    );
    expect(subject.writes).toHaveLength(writes);
  });

  it('is not done for one that is older than the log itself', () => {
    const subject = applied(500);
    feed(subject, { kind: 'compact', index: index(500), machine: [] });
    expect(hear(subject, 'installSnapshot', { term: 1, snapshot: snapshotAt(5, 1) })).toMatchObject(
      [{ outcome: { kind: 'matched', index: 500 } }],
    );
    expect(subject.state).toMatchObject({ applied: 500, snapshot: { index: 500 } });
  });

  it('is not done for one that does not name this node', () => {
    const subject = restarted();
    const snapshot = snapshotAt(9, 1, configurationOf(idsOf('b', 'c')));
    hear(subject, 'installSnapshot', { term: 1, snapshot });
    expect(subject.state.commit).toBe(1);
  });

  it('brings the configuration, which survives a restart (R55)', () => {
    const configuration = configurationOf(idsOf('a', 'b'), idsOf('c'));
    const subject = restarted();
    hear(subject, 'installSnapshot', { term: 1, snapshot: snapshotAt(9, 1, configuration) });
    expect(subject.state.configuration).toEqual({ index: 9, value: configuration });
  });
});

/** a leads three nodes; c was cut off and lacks everything that a still has in its log. */
function farBehind(): Cluster {
  const cluster = createCluster(voters(3), 21);
  watch(cluster);
  elect(cluster, a);
  for (let count = 0; count < 400; count++) {
    propose(cluster, a, `${count}`);
    stabilize(cluster, within([a, b]));
  }
  for (const id of [a, b]) compact(cluster, id);
  stabilize(cluster, within([a, b]));
  return cluster;
}

describe('a follower behind the compacted log (slow_follower_after_compaction)', () => {
  it('gets the snapshot, then the entries after it, in a pipeline', () => {
    const cluster = farBehind();
    propose(cluster, a, 'after');
    elapse(cluster, 200);
    expect(hostOf(cluster, c).machine).toEqual(hostOf(cluster, a).machine);
    expect(stateOf(cluster, a).progress[c]).toMatchObject({ mode: 'replicate' });
    expect(stateOf(cluster, c).snapshot?.index).toBe(stateOf(cluster, a).snapshot?.index);
  });

  it('keeps its leader while it waits, and gets the snapshot again when it was lost', () => {
    const cluster = farBehind();
    elapse(cluster, 3 * OPTIONS.electionMax, ({ kind }) => kind !== 'installSnapshot');
    expect(leaders(cluster)).toEqual([a]);
    expect(stateOf(cluster, c)).toMatchObject({ role: 'follower', leader: 'a' });
    elapse(cluster, 2 * OPTIONS.electionMax);
    expect(hostOf(cluster, c).machine).toEqual(hostOf(cluster, a).machine);
  });

  it('recovers from a crash at any moment of the installation', () => {
    const cluster = farBehind();
    for (let count = 0; count < 12; count++) {
      elapse(cluster, 60, ({ to }) => to !== c || count % 3 !== 2);
      crash(cluster, c);
      start(cluster, c);
    }
    elapse(cluster, 1000);
    expect(hostOf(cluster, c).machine).toEqual(hostOf(cluster, a).machine);
  });

  it('is no candidate before it caught up', () => {
    const cluster = farBehind();
    elect(cluster, c, within([b, c], [a]));
    expect(leaders(cluster)).not.toContain(c);
  });
});

describe('the answer to a snapshot (R53)', () => {
  /** Leads term 2 from index 501 on, with a log that begins at its base; c is far behind. */
  function awaiting(): Node {
    const subject = applied(500);
    feed(subject, { kind: 'compact', index: index(500), machine: [] });
    win(subject, 'b');
    hear(subject, 'appendResponse', {
      from: 'c',
      term: 2,
      outcome: { kind: 'rejected', prevIndex: index(500), hintIndex: index(1), hintTerm: term(1) },
    });
    expect(subject.state.progress['c']).toMatchObject({ mode: 'snapshot' });
    return subject;
  }
  const matched = (at: number) => ({
    from: 'c',
    term: 2,
    outcome: { kind: 'matched' as const, index: index(at) },
  });

  it.each([
    ['at its index', 500, 'replicate'],
    ['older than it, but within our log', 400, 'replicate'],
    ['newer than it', 501, 'replicate'],
    ['below our log', 300, 'snapshot'],
  ])('%s: the follower goes on', (_, at, mode) => {
    const subject = awaiting();
    hear(subject, 'appendResponse', matched(at));
    expect(subject.state.progress['c']).toMatchObject({ mode, match: at });
  });

  it('a heartbeat meanwhile fits every log and vouches for nothing (R30)', () => {
    const subject = awaiting();
    const before = subject.sent.length;
    wait(subject, OPTIONS.heartbeat);
    expect(subject.sent.slice(before)).toContainEqual(
      expect.objectContaining({
        kind: 'append',
        to: node('c'),
        prevIndex: 0,
        prevTerm: 0,
        entries: [],
      }),
    );
  });
});
