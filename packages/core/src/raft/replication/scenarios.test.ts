import { addDuration, type NodeId } from '@mha4rdb/kernel';
import type { LogEntry } from '../entry.js';
import {
  crash,
  createCluster,
  deliver,
  hostOf,
  idsOf,
  OPTIONS,
  persist,
  start,
  stateOf,
  tick,
  voters,
  type Cluster,
} from '../testing/cluster.js';
import {
  elapse,
  elect,
  hostIds,
  leaders,
  propose,
  stabilize,
  takePackets,
  within,
} from '../testing/drive.js';
import { watch } from '../testing/checker.js';
import { entries, index, term } from '../testing/node.js';

const ids = idsOf('a', 'b', 'c', 'd', 'e', 'f', 'g');
const [a, b, c, d, e] = ids as [NodeId, NodeId, NodeId, NodeId, NodeId];

/** Every host restarted with a log of these terms after the bootstrap snapshot, in this term. */
function withLogs(logs: readonly (readonly number[])[], inTerm: number): Cluster {
  const cluster = createCluster(voters(logs.length), 1);
  stabilize(cluster);
  for (const [at, id] of ids.slice(0, logs.length).entries()) {
    const host = hostOf(cluster, id);
    crash(cluster, id);
    const log: LogEntry<string>[] = entries(2, ...(logs[at] ?? []));
    const hardState = { term: term(inTerm), votedFor: null };
    const snapshot = host.disk?.snapshot ?? null;
    host.disk = { hardState, snapshot, entries: log };
    start(cluster, id);
  }
  return cluster;
}

function terms(cluster: Cluster, id: NodeId): number[] {
  return stateOf(cluster, id).log.entries.map((entry) => entry.term);
}

describe('figure 8 of the Raft paper (R29)', () => {
  it('an entry of an earlier term on a majority is not committed, and may be overwritten', () => {
    // a replicated an entry of term 2 to b and c; e created another one in term 3, alone.
    const cluster = withLogs([[2], [2], [2], [], [3]], 3);
    watch(cluster);
    elect(cluster, a, (message) => within([a, b, c])(message) && message.kind !== 'append');
    expect(leaders(cluster)).toEqual([a]);
    cluster.now = addDuration(cluster.now, OPTIONS.heartbeat);
    tick(cluster, a);
    exchangeOldEntries(cluster, 3);
    // A majority holds the entry durably, and the leader knows it.
    expect(stateOf(cluster, a)).toMatchObject({
      progress: { b: { match: 2 }, c: { match: 2 } },
      persistence: { durableIndex: 3 },
      commit: 1,
    });
    crash(cluster, a);
    // The first attempt only tells e which term the others are in (R15).
    elect(cluster, e, within([b, c, d, e]));
    elect(cluster, e, within([b, c, d, e]));
    expect(leaders(cluster)).toEqual([e]);
    for (const id of [b, c, d, e]) expect(terms(cluster, id).slice(0, 1)).toEqual([3]);
  });
});

/** Everything arrives between a, b and c, but entries of `newTerm` and later are taken out. */
function exchangeOldEntries(cluster: Cluster, newTerm: number): void {
  for (let round = 0; round < 5; round++) {
    for (const id of [a, b, c]) persist(cluster, id);
    for (const { message } of takePackets(cluster, () => true)) {
      if (!within([a, b, c])(message)) continue;
      if (message.kind !== 'append') deliver(cluster, message);
      else {
        const old = message.entries.filter((entry) => entry.term < newTerm);
        deliver(cluster, { ...message, entries: old });
      }
    }
  }
}

describe('figure 7 of the Raft paper (probe_and_replicate)', () => {
  it('a leader repairs every kind of divergence', () => {
    const cluster = withLogs(
      [
        [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
        [1, 1, 1, 4, 4, 5, 5, 6, 6],
        [1, 1, 1, 4],
        [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        [1, 1, 1, 4, 4, 4, 4],
        [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
      ],
      7,
    );
    watch(cluster);
    elect(cluster, a);
    expect(leaders(cluster)).toEqual([a]);
    elapse(cluster, 200);
    for (const id of hostIds(cluster)) {
      expect(terms(cluster, id)).toEqual([1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8]);
      expect(stateOf(cluster, id).commit).toBe(12);
    }
  });

  it('a long divergence costs few messages: one for each term, not for each entry (R34)', () => {
    const many = (inTerm: number): number[] => Array.from({ length: 60 }, () => inTerm);
    const cluster = withLogs(
      [
        [...many(2), ...many(5)],
        [...many(2), ...many(5)],
        [...many(1), ...many(3), ...many(4)],
      ],
      5,
    );
    let rejections = 0;
    cluster.observers.push((_, { effects }) => {
      for (const effect of effects) {
        if (effect.kind !== 'send' || effect.message.kind !== 'appendResponse') continue;
        if (effect.message.outcome.kind === 'rejected') rejections += 1;
      }
    });
    elect(cluster, a, within([a, b]));
    elapse(cluster, 200);
    expect(terms(cluster, c)).toEqual(terms(cluster, a));
    expect(rejections).toBeLessThanOrEqual(4);
  });
});

describe('all nodes restarted at once (B01)', () => {
  it.each([[['a', 'b', 'c']], [['c', 'b', 'a']], [['b', 'c']]])(
    'in the order %j lose nothing that was committed',
    (order) => {
      const cluster = createCluster(voters(3), 11);
      watch(cluster);
      elect(cluster, a);
      for (let count = 0; count < 30; count++) propose(cluster, a, `${count}`);
      elapse(cluster, 100);
      for (const id of hostIds(cluster)) crash(cluster, id);
      for (const id of idsOf(...order)) {
        start(cluster, id);
        elapse(cluster, 100);
      }
      elapse(cluster, 2000);
      const [leader] = leaders(cluster);
      expect(leader).toBeDefined();
      for (const id of idsOf(...order)) expect(hostOf(cluster, id).machine).toHaveLength(30);
    },
  );
});

describe('a term that somebody still remembers (suffix collisions)', () => {
  it('entries keep the term in which they were created (R37)', () => {
    const cluster = withLogs([[1, 2], [1], [1]], 2);
    watch(cluster);
    elect(cluster, a);
    elapse(cluster, 100);
    expect(terms(cluster, c)).toEqual([1, 2, 3]);
    expect(stateOf(cluster, c).log.entries[1]).toEqual(entries(3, 2)[0]);
    expect(stateOf(cluster, c).commit).toBe(index(4));
  });
});
