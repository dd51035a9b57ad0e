import { instantOf, LIMITS } from '@mha4rdb/kernel';
import { configurationOf, type Configuration } from '../membership/configuration.js';
import { hasCommittedInTerm, lastIndex } from '../queries.js';
import { idsOf, OPTIONS, voters, type Message } from '../testing/cluster.js';
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
  type Node,
} from '../testing/node.js';

const matched = (from: string, inTerm: number, at: number) => ({
  from,
  term: inTerm,
  outcome: { kind: 'matched' as const, index: index(at) },
});
const rejected = (
  from: string,
  inTerm: number,
  [prevIndex, hintIndex, hintTerm]: [number, number, number],
) => ({
  from,
  term: inTerm,
  outcome: {
    kind: 'rejected' as const,
    prevIndex: index(prevIndex),
    hintIndex: index(hintIndex),
    hintTerm: term(hintTerm),
  },
});

function propose(subject: Node, command: string) {
  return feed(subject, { kind: 'propose', command }).proposal;
}

function appendsTo(to: string, messages: readonly Message[]) {
  return messages.flatMap((each) => (each.kind === 'append' && each.to === to ? [each] : []));
}

/** Leads term 2 with the vote of b. */
function leader(log: readonly number[] = [], configuration: Configuration = voters(3)): Node {
  const subject = restarted({ log, term: 1, configuration });
  win(subject, 'b', 'd');
  return subject;
}

describe('a new leader', () => {
  it('opens its term with a no-op (R28), and knows nothing about the others (R26)', () => {
    const subject = leader([1, 1]);
    expect(subject.state.log.entries.at(-1)).toMatchObject({
      index: 4,
      term: 2,
      payload: { kind: 'noop' },
    });
    expect(subject.state.progress).toMatchObject({
      b: { match: 0, next: 4 },
      c: { match: 0, next: 4 },
    });
    expect(appendsTo('b', subject.sent)).toMatchObject([
      { prevIndex: 3, prevTerm: 1, entries: [{ index: 4 }] },
    ]);
  });

  it('has committed in its term only when the no-op is applied (R28)', () => {
    const subject = leader([1, 1]);
    expect(hasCommittedInTerm(subject.state)).toBe(false);
    hear(subject, 'appendResponse', matched('b', 2, 4));
    expect(hasCommittedInTerm(subject.state)).toBe(true);
    expect(subject.applied.map((entry) => entry.index)).toEqual([2, 3, 4]);
  });
});

describe('a leader commits', () => {
  it('no entry of an earlier term by counting (R29)', () => {
    const subject = leader([1, 1]);
    hear(subject, 'appendResponse', matched('b', 2, 3));
    expect(subject.state.commit).toBe(1);
    hear(subject, 'appendResponse', matched('b', 2, 4));
    expect(subject.state.commit).toBe(4);
  });

  it('with its own acknowledgement only once its own disk has the entry (R1)', () => {
    const subject = leader();
    subject.autoPersist = false;
    propose(subject, 'x');
    hear(subject, 'appendResponse', matched('b', 2, 3));
    expect(subject.state.commit).toBe(2);
    flush(subject);
    expect(subject.state.commit).toBe(3);
  });

  it('without its own disk when the others are a majority, but applies nothing (R25)', () => {
    const subject = leader();
    subject.autoPersist = false;
    propose(subject, 'x');
    hear(subject, 'appendResponse', matched('b', 2, 3));
    hear(subject, 'appendResponse', matched('c', 2, 3));
    expect(subject.state).toMatchObject({ commit: 3, applied: 2 });
    flush(subject);
    expect(subject.state.applied).toBe(3);
  });

  it('and says so at once', () => {
    const subject = leader();
    const sent = hear(subject, 'appendResponse', matched('b', 2, 2));
    expect(appendsTo('b', sent).at(-1)).toMatchObject({ commit: 2 });
  });

  it('not what a learner acknowledges (R50)', () => {
    const subject = leader([], configurationOf(idsOf('a', 'b', 'c'), idsOf('l')));
    hear(subject, 'appendResponse', matched('l', 2, 2));
    expect(subject.state.commit).toBe(1);
  });

  it('with a majority of both halves while the configuration is joint (R47)', () => {
    const configuration = {
      ...configurationOf(idsOf('a', 'b', 'c')),
      votersOutgoing: idsOf('a', 'd', 'e'),
    };
    const subject = leader([], configuration);
    hear(subject, 'appendResponse', matched('b', 2, 2));
    hear(subject, 'appendResponse', matched('c', 2, 2));
    expect(subject.state.commit).toBe(1);
    hear(subject, 'appendResponse', matched('e', 2, 2));
    expect(subject.state.commit).toBe(2);
  });

  it('nothing for an answer of an earlier term (R36)', () => {
    const subject = leader();
    hear(subject, 'appendResponse', matched('b', 1, 2));
    expect(subject.state).toMatchObject({ commit: 1, progress: { b: { match: 0 } } });
  });

  it('nothing for an answer given to an earlier leadership of its own (R36)', () => {
    const subject = leader();
    propose(subject, 'x');
    // Deposed: index 3 becomes another entry, and a leads again.
    hear(subject, 'append', {
      from: 'c',
      term: 3,
      prevIndex: index(2),
      prevTerm: term(2),
      entries: [{ index: index(3), term: term(3), payload: { kind: 'noop' } }],
      commit: index(1),
    });
    win(subject, 'b');
    expect(subject.state).toMatchObject({ role: 'leader', term: 4 });
    hear(subject, 'appendResponse', matched('b', 2, 3));
    hear(subject, 'appendResponse', matched('c', 2, 3));
    expect(subject.state.commit).toBe(1);
  });

  it('nothing that it does not hold: then somebody is broken (R36)', () => {
    expect(() => hear(leader(), 'appendResponse', matched('b', 2, 99))).toThrow(/R36/);
  });
});

describe('a proposal', () => {
  it('is told its place', () => {
    expect(propose(leader(), 'x')).toEqual({ ok: true, value: { index: 3, term: 2 } });
  });

  it('leaves for the followers in parallel with the own write', () => {
    const subject = leader();
    hear(subject, 'appendResponse', matched('b', 2, 2));
    subject.autoPersist = false;
    const { effects } = feed(subject, { kind: 'propose', command: 'x' });
    expect(effects).toMatchObject([
      { kind: 'send', message: { kind: 'append', to: 'b', entries: [{ index: 3 }] } },
      { kind: 'persist', entries: [{ index: 3 }] },
    ]);
  });

  it('is dropped, for certain, by a node that does not lead (R39)', () => {
    const subject = restarted();
    expect(propose(subject, 'x')).toMatchObject({ ok: false, error: { code: 'not-leader' } });
    expect(lastIndex(subject.state)).toBe(1);
  });

  it('is dropped when too many wait for a quorum; the no-op never is (R38)', () => {
    const subject = restarted({ log: Array.from({ length: LIMITS.uncommittedEntries }, () => 1) });
    win(subject, 'b');
    expect(termsOf(subject).at(-1)).toBe(2);
    expect(propose(subject, 'x')).toMatchObject({ error: { code: 'too-many-uncommitted' } });
    hear(subject, 'appendResponse', matched('b', 2, lastIndex(subject.state)));
    expect(propose(subject, 'x')).toMatchObject({ ok: true });
  });
});

describe('the way to a follower', () => {
  /** b is matched at the no-op; c has said nothing. */
  function replicating(): Node {
    const subject = leader();
    hear(subject, 'appendResponse', matched('b', 2, 2));
    return subject;
  }

  it('is bounded in messages and in entries of one message (R38)', () => {
    const subject = replicating();
    const before = subject.sent.length;
    for (let count = 0; count < 100; count++) propose(subject, `${count}`);
    const sent = appendsTo('b', subject.sent.slice(before));
    expect(sent).toHaveLength(LIMITS.appendsInFlight);
    const answer = hear(subject, 'appendResponse', matched('b', 2, 3));
    const [next] = appendsTo('b', answer);
    expect(next?.entries).toHaveLength(LIMITS.appendEntries);
  });

  it('opens again after everything on it was lost (replicate_pause)', () => {
    const subject = replicating();
    for (let count = 0; count < 20; count++) propose(subject, `${count}`);
    const before = subject.sent.length;
    wait(subject, OPTIONS.heartbeat);
    const [beat] = appendsTo('b', subject.sent.slice(before));
    expect(beat).toMatchObject({ prevIndex: 10, entries: [] });
    const resent = hear(subject, 'appendResponse', rejected('b', 2, [10, 2, 2]));
    expect(appendsTo('b', resent)).toMatchObject([{ prevIndex: 2, prevTerm: 2 }]);
    expect(appendsTo('b', resent)[0]?.entries).toHaveLength(20);
  });

  it('is probed with one message at a time, again with each heartbeat (R35)', () => {
    const subject = leader();
    propose(subject, 'x');
    propose(subject, 'y');
    expect(appendsTo('c', subject.sent)).toHaveLength(1);
    wait(subject, OPTIONS.heartbeat);
    expect(appendsTo('c', subject.sent)).toHaveLength(2);
    expect(appendsTo('c', subject.sent)[1]).toMatchObject({ prevIndex: 1, entries: [{}, {}, {}] });
  });

  it('is a pipeline again after an answer that says nothing new (R35)', () => {
    const subject = replicating();
    hear(subject, 'appendResponse', rejected('b', 2, [5, 2, 2]));
    expect(subject.state.progress['b']).toMatchObject({ mode: 'probe', match: 2 });
    hear(subject, 'appendResponse', matched('b', 2, 2));
    expect(subject.state.progress['b']).toMatchObject({ mode: 'replicate', match: 2, next: 3 });
  });

  it('is not set back by refusals that are older than what is known', () => {
    const subject = replicating();
    const before = subject.state.progress['b'];
    hear(subject, 'appendResponse', rejected('b', 2, [1, 1, 1]));
    expect(subject.state.progress['b']).toMatchObject({ mode: 'replicate', next: before?.next });
    const probing = leader([1, 1, 1]);
    hear(probing, 'appendResponse', rejected('c', 2, [2, 1, 1]));
    expect(probing.state.progress['c']).toMatchObject({ next: 5 });
  });

  it('skips a whole term of conflict at each step (R34)', () => {
    // The leader has a long tail of term 5, the follower one of term 3.
    const subject = restarted({ log: [1, 1, ...Array.from({ length: 40 }, () => 5)] });
    win(subject, 'b');
    const sent = hear(subject, 'appendResponse', rejected('b', 6, [43, 40, 3]));
    expect(appendsTo('b', sent)).toMatchObject([{ prevIndex: 3, prevTerm: 1 }]);
  });
});

describe('contact', () => {
  it('is counted from the sending, not from the answer', () => {
    const subject = leader();
    const sentAt = instantOf(subject.now + 10);
    subject.now = instantOf(subject.now + 100);
    feed(subject, {
      kind: 'receive',
      message: {
        kind: 'appendResponse',
        clusterName: OPTIONS.clusterName,
        from: node('b'),
        to: node('a'),
        term: term(2),
        outcome: { kind: 'matched', index: index(2) },
        sentAt,
      },
    });
    expect(subject.state.progress['b']?.contactAt).toBe(sentAt);
  });
});
