import fc from 'fast-check';
import { instantOf } from '@mha4rdb/kernel';
import { startRaft } from '../start.js';
import { configurationOf, type Configuration } from '../membership/configuration.js';
import {
  createCluster,
  hostOf,
  idsOf,
  OPTIONS,
  stateOf,
  tick,
  voters,
} from '../testing/cluster.js';
import { elapse, elect, leaders, stabilize } from '../testing/drive.js';
import { feed, flush, hear, index, node, restarted, term, wait, win } from '../testing/node.js';

const granted = (from: string, inTerm: number) => ({ from, term: inTerm, granted: true });
const refused = (from: string, inTerm: number) => ({ from, term: inTerm, granted: false });
const heartbeat = (from: string, inTerm: number) => ({
  from,
  term: inTerm,
  prevIndex: index(1),
  prevTerm: term(1),
  entries: [],
  commit: index(1),
});
const joint: Configuration = {
  voters: idsOf('a', 'b', 'c'),
  votersOutgoing: idsOf('a', 'd', 'e'),
  learners: idsOf('f'),
};

describe('an election timeout (R18)', () => {
  it('lies between electionMin and electionMax, and the seed alone decides where', () => {
    const deadlineOf = (seed: number): number =>
      startRaft(
        { ...OPTIONS, id: node('a') },
        { kind: 'bootstrap', configuration: voters(3), machine: [] },
        instantOf(0),
        seed,
      ).state.electionDeadline;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(deadlineOf(seed)).toBeGreaterThanOrEqual(OPTIONS.electionMin);
        expect(deadlineOf(seed)).toBeLessThanOrEqual(OPTIONS.electionMax);
        expect(deadlineOf(seed)).toBe(deadlineOf(seed));
      }),
    );
    expect(new Set([1, 2, 3, 4].map(deadlineOf)).size).toBe(4);
  });

  it('is drawn anew for each attempt', () => {
    const subject = restarted();
    const waits = [1, 2, 3].map(() => {
      wait(subject, 1000);
      return subject.state.electionDeadline - subject.now;
    });
    expect(new Set(waits).size).toBe(3);
  });
});

describe('a campaign', () => {
  it('asks first, in the same order everywhere, and bumps no term meanwhile (R21, R18)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    expect(subject.sent).toMatchObject([
      { kind: 'preVoteRequest', to: 'b', term: 2 },
      { kind: 'preVoteRequest', to: 'c', term: 2 },
    ]);
    expect(subject.state).toMatchObject({ role: 'preCandidate', term: 1 });
  });

  it('sends its vote requests only when its own vote is durable (R1)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    subject.autoPersist = false;
    expect(hear(subject, 'preVoteResponse', granted('b', 2))).toEqual([]);
    expect(subject.writes).toMatchObject([{ hardState: { term: 2, votedFor: 'a' } }]);
    flush(subject);
    expect(subject.sent.slice(2)).toMatchObject([
      { kind: 'voteRequest', to: 'b', transfer: false },
      { kind: 'voteRequest', to: 'c' },
    ]);
  });

  it('does not count its own vote before it is durable (R1)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    subject.autoPersist = false;
    hear(subject, 'preVoteResponse', granted('b', 2));
    // Cannot come before our request left, but must not matter if it does.
    hear(subject, 'voteResponse', granted('b', 2));
    expect(subject.state.role).toBe('candidate');
    flush(subject);
    expect(subject.state.role).toBe('leader');
  });

  it('is given up when a majority refuses', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', refused('b', 1));
    expect(subject.state.role).toBe('preCandidate');
    hear(subject, 'preVoteResponse', refused('c', 1));
    expect(subject.state).toMatchObject({ role: 'follower', term: 1, leader: null });
  });

  it('ends at the first word of a leader of its term', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', granted('b', 2));
    hear(subject, 'append', heartbeat('c', 2));
    expect(subject.state).toMatchObject({ role: 'follower', leader: 'c', term: 2 });
  });

  it('that timed out is followed by another, in a later term', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', granted('b', 2));
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', granted('b', 3));
    expect(subject.state).toMatchObject({ role: 'candidate', term: 3, votedFor: 'a' });
  });
});

describe('answers', () => {
  it('to a pre-vote do not make a leader of a candidate, nor the reverse (R16)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'voteResponse', granted('b', 1));
    hear(subject, 'voteResponse', granted('c', 1));
    expect(subject.state.role).toBe('preCandidate');
    hear(subject, 'preVoteResponse', granted('b', 2));
    hear(subject, 'preVoteResponse', granted('c', 2));
    hear(subject, 'preVoteResponse', granted('c', 3));
    expect(subject.state).toMatchObject({ role: 'candidate', term: 2 });
  });

  it('to a pre-vote for another term than the next do not count, granted or not (R16)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', refused('b', 4));
    wait(subject, OPTIONS.electionMax);
    expect(subject.state).toMatchObject({ role: 'preCandidate', term: 4 });
    for (const from of ['b', 'c']) hear(subject, 'preVoteResponse', granted(from, 2));
    expect(subject.state).toMatchObject({ role: 'preCandidate', term: 4 });
    hear(subject, 'preVoteResponse', granted('b', 5));
    expect(subject.state).toMatchObject({ role: 'candidate', term: 5 });
  });

  it('are counted by voter: neither twice, nor of learners, nor of strangers (R17)', () => {
    const configuration = configurationOf(idsOf('a', 'b', 'c', 'd', 'e'), idsOf('f'));
    const subject = restarted({ configuration });
    wait(subject, OPTIONS.electionMax);
    for (const from of ['b', 'b', 'f', 'z']) hear(subject, 'preVoteResponse', granted(from, 2));
    expect(subject.state.role).toBe('preCandidate');
    hear(subject, 'preVoteResponse', granted('d', 2));
    expect(subject.state.role).toBe('candidate');
    for (const from of ['b', 'b', 'f', 'z']) hear(subject, 'voteResponse', granted(from, 2));
    expect(subject.state.role).toBe('candidate');
    hear(subject, 'voteResponse', granted('e', 2));
    expect(subject.state.role).toBe('leader');
  });

  it('of an older campaign do not count (R36)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', granted('b', 2));
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', granted('b', 3));
    hear(subject, 'voteResponse', granted('b', 2));
    expect(subject.state).toMatchObject({ role: 'candidate', term: 3 });
  });

  it('must be a majority of both halves while the configuration is joint (R47)', () => {
    const subject = restarted({ configuration: joint });
    wait(subject, OPTIONS.electionMax);
    expect(subject.sent.map(({ to }) => to)).toEqual(['b', 'c', 'd', 'e']);
    for (const from of ['b', 'c']) hear(subject, 'preVoteResponse', granted(from, 2));
    expect(subject.state.role).toBe('preCandidate');
    hear(subject, 'preVoteResponse', granted('d', 2));
    for (const from of ['d', 'e']) hear(subject, 'voteResponse', granted(from, 2));
    expect(subject.state.role).toBe('candidate');
    hear(subject, 'voteResponse', granted('b', 2));
    expect(subject.state.role).toBe('leader');
  });
});

describe('a candidate that steps down within its term', () => {
  it('keeps its vote and gives no other (R12, B03: former_candidate_double_vote)', () => {
    const subject = restarted();
    wait(subject, OPTIONS.electionMax);
    hear(subject, 'preVoteResponse', granted('b', 2));
    hear(subject, 'voteResponse', refused('b', 2));
    hear(subject, 'voteResponse', refused('c', 2));
    expect(subject.state).toMatchObject({ role: 'follower', term: 2, votedFor: 'a' });
    const request = { from: 'c', term: 2, lastIndex: index(9), lastTerm: term(1), transfer: false };
    expect(hear(subject, 'voteRequest', request)).toMatchObject([{ granted: false }]);
  });
});

describe('who campaigns (R24)', () => {
  it.each([
    ['a learner', configurationOf(idsOf('b', 'c'), idsOf('a'))],
    ['a node that the configuration does not name', configurationOf(idsOf('b', 'c'))],
    ['a node without a configuration', configurationOf([])],
  ])('not %s', (_, configuration) => {
    const subject = restarted({ configuration });
    for (let count = 0; count < 5; count++) wait(subject, 1000);
    expect(subject.sent).toEqual([]);
    expect(subject.state).toMatchObject({ role: 'follower', term: 1 });
  });

  it('not a voter that was told to stay back, until it is told otherwise', () => {
    const subject = restarted();
    for (let count = 0; count < 5; count++) {
      subject.now = instantOf(subject.now + 1000);
      feed(subject, { kind: 'tick', mayCampaign: false });
    }
    expect(subject.sent).toEqual([]);
    wait(subject, 1000);
    expect(subject.state.role).toBe('preCandidate');
  });

  it('a learner forgets a leader that fell silent', () => {
    const subject = restarted({ configuration: configurationOf(idsOf('b', 'c'), idsOf('a')) });
    hear(subject, 'append', heartbeat('b', 1));
    expect(subject.state.leader).toBe('b');
    wait(subject, OPTIONS.electionMax);
    expect(subject.state.leader).toBeNull();
  });
});

describe('a single voter', () => {
  it('leads at its first tick, but only after its own vote is durable (R1)', () => {
    const subject = restarted({ configuration: voters(1) });
    subject.autoPersist = false;
    feed(subject, { kind: 'tick' });
    for (let count = 0; count < 5; count++) feed(subject, { kind: 'tick' });
    expect(subject.state).toMatchObject({ role: 'candidate', term: 2 });
    flush(subject);
    expect(subject.state).toMatchObject({ role: 'leader', commit: 2, applied: 2 });
  });

  it('leads from its bootstrap on', () => {
    const cluster = createCluster(voters(1), 1);
    tick(cluster, node('a'));
    expect(hostOf(cluster, node('a')).state?.role).not.toBe('leader');
    stabilize(cluster);
    expect(leaders(cluster)).toEqual(['a']);
  });
});

describe('a leader', () => {
  it('that hears another of its own term stops the process (R27)', () => {
    const subject = restarted();
    win(subject, 'b');
    expect(() => hear(subject, 'append', heartbeat('c', 2))).toThrow(/R27/);
  });

  it('follows one of a later term (R11)', () => {
    const subject = restarted();
    win(subject, 'b');
    hear(subject, 'append', heartbeat('c', 3));
    expect(subject.state).toMatchObject({ role: 'follower', term: 3, leader: 'c', votedFor: null });
  });

  it('that two candidates compete for is elected all the same', () => {
    const cluster = createCluster(voters(3), 3);
    stabilize(cluster);
    cluster.now = instantOf(cluster.now + OPTIONS.electionMax);
    for (const id of idsOf('a', 'b', 'c')) tick(cluster, id);
    elapse(cluster, 2000);
    expect(leaders(cluster)).toHaveLength(1);
  });

  it('is not disturbed by a member that was cut off and comes back (R21)', () => {
    const cluster = createCluster(voters(3), 4);
    elect(cluster, node('a'));
    elapse(cluster, 2000, ({ from, to }) => from !== 'c' && to !== 'c');
    const before = stateOf(cluster, node('c')).term;
    elapse(cluster, 1000);
    expect(leaders(cluster)).toEqual(['a']);
    expect([before, stateOf(cluster, node('c')).term]).toEqual([2, 2]);
  });

  it('is not disturbed by an empty or lagging member that wants to lead (R24, B10)', () => {
    const cluster = createCluster(voters(3), 5);
    elect(cluster, node('a'));
    const { term: before } = stateOf(cluster, node('a'));
    // c hears nothing, but its campaigns reach the others.
    elapse(cluster, 3000, ({ to }) => to !== 'c');
    expect(leaders(cluster)).toEqual(['a']);
    expect(stateOf(cluster, node('a')).term).toBe(before);
  });
});
