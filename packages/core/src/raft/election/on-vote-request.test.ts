import { configurationOf } from '../membership/configuration.js';
import { idsOf, OPTIONS } from '../testing/cluster.js';
import {
  feed,
  flush,
  hear,
  index,
  node,
  restarted,
  term,
  wait,
  type Before,
} from '../testing/node.js';

const vote = (from: string, inTerm: number, lastIndex: number, lastTerm: number) => ({
  from,
  term: inTerm,
  lastIndex: index(lastIndex),
  lastTerm: term(lastTerm),
  transfer: false,
});
const preVote = (from: string, inTerm: number, lastIndex: number, lastTerm: number) => ({
  from,
  term: inTerm,
  lastIndex: index(lastIndex),
  lastTerm: term(lastTerm),
});

/** Hears a leader at the time it was made. */
function follower(before: Before) {
  const subject = restarted(before);
  hear(subject, 'append', {
    term: subject.state.term,
    prevIndex: index(1),
    prevTerm: term(1),
    entries: [],
    commit: index(1),
  });
  return subject;
}

describe('a vote is given to a log that is up to date: term first, then length (R14)', () => {
  // Ours ends at index 4 in term 3.
  it.each([
    { lastIndex: 4, lastTerm: 3, granted: true },
    { lastIndex: 5, lastTerm: 3, granted: true },
    { lastIndex: 3, lastTerm: 3, granted: false },
    { lastIndex: 9, lastTerm: 2, granted: false },
    { lastIndex: 2, lastTerm: 4, granted: true },
  ])('$lastIndex in term $lastTerm: $granted', ({ lastIndex, lastTerm, granted }) => {
    const subject = restarted({ log: [1, 2, 3] });
    expect(hear(subject, 'voteRequest', vote('b', 5, lastIndex, lastTerm))).toMatchObject([
      { kind: 'voteResponse', to: 'b', term: 5, granted },
    ]);
    expect(
      hear(restarted({ log: [1, 2, 3] }), 'preVoteRequest', preVote('b', 5, lastIndex, lastTerm)),
    ).toMatchObject([{ kind: 'preVoteResponse', term: granted ? 5 : 3, granted }]);
  });
});

describe('one vote in one term (R13, B04)', () => {
  it('goes to the first of two candidates, however often both ask', () => {
    const subject = restarted();
    const answers = ['b', 'c', 'c', 'b'].flatMap((from) =>
      hear(subject, 'voteRequest', vote(from, 2, 1, 1)),
    );
    expect(answers).toMatchObject([
      { to: 'b', granted: true },
      { to: 'c', granted: false },
      { to: 'c', granted: false },
      { to: 'b', granted: true },
    ]);
  });

  it('gives the candidate the time of a whole election timeout, a refusal gives nothing', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMin - 1);
    hear(subject, 'voteRequest', vote('b', 2, 1, 1));
    const given = subject.state.electionDeadline - subject.now;
    expect(given).toBeGreaterThanOrEqual(OPTIONS.electionMin);
    const { electionDeadline } = subject.state;
    subject.now = (subject.now + 5) as typeof subject.now;
    hear(subject, 'voteRequest', vote('c', 2, 1, 1));
    expect(subject.state.electionDeadline).toBe(electionDeadline);
  });

  it('is remembered across a restart (R1, B01)', () => {
    const subject = restarted({ term: 2, votedFor: 'b' });
    expect(hear(subject, 'voteRequest', vote('c', 2, 9, 1))).toMatchObject([{ granted: false }]);
    expect(hear(subject, 'voteRequest', vote('b', 2, 9, 1))).toMatchObject([{ granted: true }]);
  });

  it('is given to nobody once a leader of the term is known', () => {
    const subject = follower({ term: 2 });
    expect(hear(subject, 'voteRequest', vote('c', 2, 9, 1))).toMatchObject([{ granted: false }]);
    expect(subject.state.votedFor).toBeNull();
  });

  it('does not leave before term and vote are durable, in one record (R1, R3)', () => {
    const subject = restarted();
    subject.autoPersist = false;
    expect(hear(subject, 'voteRequest', vote('b', 2, 1, 1))).toEqual([]);
    expect(subject.writes).toMatchObject([{ hardState: { term: 2, votedFor: 'b' } }]);
    flush(subject);
    expect(subject.sent).toMatchObject([{ kind: 'voteResponse', granted: true }]);
  });

  it('a refusal waits for the disk as well (R2)', () => {
    const subject = restarted({ log: [1] });
    subject.autoPersist = false;
    expect(hear(subject, 'voteRequest', vote('b', 2, 1, 1))).toEqual([]);
    flush(subject);
    expect(subject.sent).toMatchObject([{ granted: false, term: 2 }]);
  });

  it('is refused to a candidate of an older term, which learns ours', () => {
    const subject = restarted({ term: 5 });
    expect(hear(subject, 'voteRequest', vote('b', 4, 9, 4))).toMatchObject([
      { granted: false, term: 5 },
    ]);
  });
});

describe('a pre-vote', () => {
  it('changes neither term nor vote nor timer (R11)', () => {
    const subject = restarted();
    const { electionDeadline } = subject.state;
    hear(subject, 'preVoteRequest', preVote('b', 2, 1, 1));
    expect(subject.state).toMatchObject({ term: 1, votedFor: null, electionDeadline });
    expect(subject.writes).toEqual([]);
  });

  it('is refused while a leader is alive, and granted after its silence (R21)', () => {
    const subject = follower({});
    expect(hear(subject, 'preVoteRequest', preVote('c', 2, 1, 1))).toMatchObject([
      { granted: false },
    ]);
    wait(subject, OPTIONS.electionMin - 1);
    expect(hear(subject, 'preVoteRequest', preVote('c', 2, 1, 1))).toMatchObject([
      { granted: false },
    ]);
    wait(subject, 1);
    expect(hear(subject, 'preVoteRequest', preVote('c', 2, 1, 1))).toMatchObject([
      { granted: true },
    ]);
  });

  it('a voter ahead in terms says so, and then grants: no deadlock (R15)', () => {
    const subject = restarted({ term: 5 });
    expect(hear(subject, 'preVoteRequest', preVote('b', 4, 9, 3))).toMatchObject([
      { granted: false, term: 5 },
    ]);
    expect(hear(subject, 'preVoteRequest', preVote('b', 6, 9, 3))).toMatchObject([
      { granted: true, term: 6 },
    ]);
  });
});

describe('a campaign against a leader that is alive', () => {
  it('is not even answered, and changes no term (R21)', () => {
    const subject = follower({});
    expect(hear(subject, 'voteRequest', vote('c', 9, 9, 1))).toEqual([]);
    expect(subject.state.term).toBe(1);
  });

  it('is served when that leader asked for it (R56)', () => {
    const subject = follower({});
    expect(hear(subject, 'voteRequest', { ...vote('c', 2, 9, 1), transfer: true })).toMatchObject([
      { granted: true },
    ]);
  });
});

describe('who is heard', () => {
  const configuration = configurationOf(idsOf('b', 'c', 'd'), idsOf('a'));

  it('a learner answers: it may be a voter without knowing (R20)', () => {
    const subject = restarted({ configuration });
    expect(hear(subject, 'voteRequest', vote('b', 2, 1, 1))).toMatchObject([{ granted: true }]);
  });

  it('another cluster is not answered, nor a message for another node (R58)', () => {
    const subject = restarted();
    const message = {
      ...vote('b', 2, 1, 1),
      kind: 'voteRequest',
      from: node('b'),
      to: node('a'),
      term: term(2),
      clusterName: OPTIONS.clusterName,
    } as const;
    feed(subject, { kind: 'receive', message: { ...message, clusterName: 'other' } });
    feed(subject, { kind: 'receive', message: { ...message, to: node('c') } });
    expect(subject.sent).toEqual([]);
    feed(subject, { kind: 'receive', message });
    expect(subject.sent).toHaveLength(1);
  });

  it.each([
    ['with a log that ends like ours', 2, 1, 0],
    ['with a log behind ours', 1, 1, 0],
    ['with a longer log, whose configuration may be newer (R51)', 3, 1, 1],
    ['with a later log', 2, 2, 1],
  ])('an id that we do not know, %s (R58)', (_, lastIndex, lastTerm, answers) => {
    const subject = restarted({ log: [1] });
    const request = vote('z', 3, lastIndex, lastTerm);
    expect(hear(subject, 'voteRequest', request)).toHaveLength(answers);
  });

  it('an id that we do not know cannot raise our term with an answer (R58)', () => {
    const subject = restarted();
    hear(subject, 'voteResponse', { from: 'z', term: 99, granted: false });
    expect(subject.state.term).toBe(1);
  });

  it('a node without a configuration has no vote: it may have lost its disk (R8)', () => {
    const subject = restarted({ configuration: configurationOf([]) });
    expect(hear(subject, 'voteRequest', vote('b', 2, 9, 1))).toEqual([]);
    expect(hear(subject, 'preVoteRequest', preVote('b', 2, 9, 1))).toEqual([]);
  });
});
