import { instantOf, type LogIndex, type NodeId } from '@mha4rdb/kernel';
import type { LogEntry } from '../entry.js';
import { idsOf, OPTIONS, voters } from '../testing/cluster.js';
import { feed, hear, index, node, restarted, term, wait, win, type Node } from '../testing/node.js';
import { startRaft } from '../start.js';
import {
  configurationOf,
  isJoint,
  isMember,
  isSoleVoter,
  isVoter,
  membersOf,
  type Configuration,
} from './configuration.js';

const config = (at: number, inTerm: number, configuration: Configuration): LogEntry<string> => ({
  index: index(at),
  term: term(inTerm),
  payload: { kind: 'config', configuration },
});
const joint: Configuration = {
  voters: idsOf('b', 'c', 'd'),
  votersOutgoing: idsOf('a', 'b', 'c'),
  learners: idsOf('e'),
};

function append(
  subject: Node,
  inTerm: number,
  prev: [number, number],
  list: readonly LogEntry<string>[],
) {
  return hear(subject, 'append', {
    term: inTerm,
    prevIndex: index(prev[0]),
    prevTerm: term(prev[1]),
    entries: list,
    commit: index(1),
  });
}

describe('a configuration', () => {
  it('lists its members once and sorted, whatever the order they came in (R18)', () => {
    expect(configurationOf(idsOf('c', 'a', 'b', 'a'), idsOf('e', 'd'))).toEqual({
      voters: ['a', 'b', 'c'],
      votersOutgoing: [],
      learners: ['d', 'e'],
    });
    expect(membersOf(joint)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('knows who votes, who takes part, and whether one decides alone', () => {
    expect(idsOf('a', 'd', 'e', 'f').map((id) => isVoter(joint, id))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(idsOf('a', 'e', 'f').map((id) => isMember(joint, id))).toEqual([true, true, false]);
    expect([isJoint(joint), isJoint(voters(3))]).toEqual([true, false]);
    expect(isSoleVoter(voters(1), node('a'))).toBe(true);
    expect(isSoleVoter(voters(1), node('b'))).toBe(false);
    expect(isSoleVoter({ ...voters(1), votersOutgoing: idsOf('b') }, node('a'))).toBe(false);
  });
});

describe('a configuration in the log', () => {
  it('is in force as soon as it is appended (R46)', () => {
    const subject = restarted();
    append(subject, 1, [1, 1], [config(2, 1, joint)]);
    expect(subject.state).toMatchObject({ commit: 1, configuration: { index: 2, value: joint } });
  });

  it('is in force after a restart, committed or not', () => {
    const { state } = startRaft(
      { ...OPTIONS, id: node('a') },
      {
        kind: 'disk',
        persisted: {
          hardState: { term: term(1), votedFor: null },
          snapshot: { index: index(1), term: term(1), configuration: voters(3), machine: null },
          entries: [config(2, 1, joint)],
        },
      },
      instantOf(0),
      1,
    );
    expect(state.configuration).toEqual({ index: 2, value: joint });
  });

  it('falls back to the one before it when it is truncated (R45)', () => {
    const subject = restarted();
    const first = configurationOf(idsOf('a', 'b', 'c', 'd'));
    append(subject, 1, [1, 1], [config(2, 1, first), config(3, 1, joint)]);
    append(subject, 2, [2, 1], [{ index: index(3), term: term(2), payload: { kind: 'noop' } }]);
    expect(subject.state.configuration).toEqual({ index: 2, value: first });
    append(subject, 3, [1, 1], [{ index: index(2), term: term(3), payload: { kind: 'noop' } }]);
    expect(subject.state.configuration).toEqual({ index: 1, value: voters(3) });
  });

  it('is the one at the snapshot, not a later one, when the log is compacted (R55)', () => {
    const subject = restarted();
    append(
      subject,
      1,
      [1, 1],
      [{ index: index(2), term: term(1), payload: { kind: 'noop' } }, config(3, 1, joint)],
    );
    hear(subject, 'append', {
      term: 1,
      prevIndex: index(2),
      prevTerm: term(1),
      entries: [],
      commit: index(2),
    });
    feed(subject, { kind: 'compact', index: index(2), machine: [] });
    expect(subject.state.snapshot?.configuration).toEqual(voters(3));
    expect(subject.state.configuration.value).toEqual(joint);
  });

  it('stays known when its entry is compacted away (R55)', () => {
    const subject = restarted();
    const noops = Array.from({ length: 300 }, (_, at): LogEntry<string> => ({
      index: index(at + 3),
      term: term(1),
      payload: { kind: 'noop' },
    }));
    hear(subject, 'append', {
      term: 1,
      prevIndex: index(1),
      prevTerm: term(1),
      entries: [config(2, 1, joint), ...noops],
      commit: index(302),
    });
    feed(subject, { kind: 'compact', index: index(302), machine: [] });
    expect(subject.state.log.baseIndex).toBeGreaterThan(2);
    expect(subject.state.snapshot?.configuration).toEqual(joint);
    // Truncation back to the base finds it there.
    append(subject, 2, [302, 1], [config(303, 2, voters(3))]);
    append(subject, 3, [302, 1], [{ index: index(303), term: term(3), payload: { kind: 'noop' } }]);
    expect(subject.state.configuration.value).toEqual(joint);
  });

  it('makes a campaign need both halves at once (R46, R47)', () => {
    const subject = restarted();
    append(subject, 1, [1, 1], [config(2, 1, { ...joint, votersOutgoing: idsOf('a', 'e', 'f') })]);
    wait(subject, 1000);
    expect(
      subject.sent.filter(({ kind }) => kind === 'preVoteRequest').map(({ to }) => to),
    ).toEqual(['b', 'c', 'd', 'e', 'f']);
  });
});

describe('a leader whose committed configuration no longer names it (R49)', () => {
  const without = configurationOf(idsOf('b', 'c', 'd'));

  /** Leads term 2 by the votes of b and c, with an uncommitted configuration that lacks it. */
  function leader(): Node {
    const subject = restarted();
    append(
      subject,
      1,
      [1, 1],
      [config(2, 1, { ...without, votersOutgoing: idsOf('a', 'b', 'c') })],
    );
    win(subject, 'b', 'c', 'd');
    expect(subject.state.role).toBe('leader');
    return subject;
  }
  const matched = (from: string, at: number) => ({
    from,
    term: 2,
    outcome: { kind: 'matched' as const, index: index(at) },
  });

  it('does not count itself in the half that it is not in', () => {
    const subject = leader();
    hear(subject, 'appendResponse', matched('b', 3));
    expect(subject.state.commit).toBe(1);
    hear(subject, 'appendResponse', matched('c', 3));
    expect(subject.state.commit).toBe(3);
    expect(subject.state.role).toBe('leader');
  });

  it('steps down when it is out of both, after it told the others that this is committed', () => {
    const subject = restarted({
      configuration: { ...without, votersOutgoing: idsOf('a', 'b', 'c') },
    });
    win(subject, 'b', 'c', 'd');
    leave(subject, without);
    for (const from of ['b', 'c']) hear(subject, 'appendResponse', matched(from, 3));
    expect(subject.state).toMatchObject({ role: 'follower', commit: 3 });
    expect(subject.sent.at(-1)).toMatchObject({ kind: 'append', commit: 3 });
    for (let count = 0; count < 5; count++) wait(subject, 1000);
    expect(subject.state.role).toBe('follower');
  });
});

describe('a voter that appended its own removal, and does not lead any more', () => {
  const staying = configurationOf(idsOf('b'));
  const before = { voters: idsOf('b'), votersOutgoing: idsOf('a'), learners: [] };
  const removed = (): Node => {
    const subject = restarted({ configuration: before });
    append(subject, 1, [1, 1], [config(2, 1, staying)]);
    return subject;
  };

  it('campaigns until that is committed: nobody else may have a log that those who stay elect', () => {
    const subject = removed();
    win(subject, 'b');
    expect(subject.state.role).toBe('leader');
    hear(subject, 'appendResponse', {
      from: 'b',
      term: 2,
      outcome: { kind: 'matched', index: index(3) },
    });
    expect(subject.state).toMatchObject({ role: 'follower', commit: 3 });
    for (let count = 0; count < 5; count++) wait(subject, 1000);
    expect(subject.state.role).toBe('follower');
  });

  it('is not elected by itself: its own vote is none (R49)', () => {
    const subject = removed();
    for (let count = 0; count < 5; count++) wait(subject, 1000);
    expect(subject.state).toMatchObject({ role: 'preCandidate', term: 1 });
    expect(subject.sent.every(({ to }) => to === 'b')).toBe(true);
  });

  it('does not campaign once it knows its removal to be committed', () => {
    const subject = removed();
    hear(subject, 'append', {
      term: 1,
      prevIndex: index(2),
      prevTerm: term(1),
      entries: [],
      commit: index(2),
    });
    for (let count = 0; count < 5; count++) wait(subject, 1000);
    expect(subject.state).toMatchObject({ role: 'follower', commit: 2 });
  });
});

/** As the leader's own proposal of a configuration will do: append and replicate. */
function leave(subject: Node, configuration: Configuration): void {
  const { log, progress } = subject.state;
  const at = (log.baseIndex + log.entries.length + 1) as LogIndex;
  const entry = config(at, subject.state.term, configuration);
  const peers: readonly NodeId[] = membersOf(configuration);
  subject.state = {
    ...subject.state,
    log: { ...log, entries: [...log.entries, entry] },
    configuration: { index: at, value: configuration },
    progress: Object.fromEntries(peers.map((peer) => [peer, progress[peer] ?? fail(peer)])),
  };
  feed(subject, { kind: 'tick' });
}

function fail(peer: NodeId): never {
  throw new RangeError(`no progress for ${peer}`);
}
