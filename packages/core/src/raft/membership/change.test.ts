import { addDuration } from '@mha4rdb/kernel';
import { idsOf, voters } from '../testing/cluster.js';
import { feed, hear, index, node, restarted, term, wait, win, type Node } from '../testing/node.js';
import { answersLately } from './change.js';
import type { Configuration } from './configuration.js';

const withLearner: Configuration = { ...voters(3), learners: idsOf('d') };

/** Leads term 2; `settled` when b has its first entry, which is committed then. */
function leader(configuration: Configuration, settled = true): Node {
  const subject = restarted({ configuration });
  win(subject, 'b', 'c');
  if (settled) matched(subject, 'b', 2);
  return subject;
}

function matched(subject: Node, from: string, at: number): void {
  hear(subject, 'appendResponse', {
    from,
    term: 2,
    outcome: { kind: 'matched', index: index(at) },
  });
}

function change(subject: Node, wanted: string, learners = ''): string {
  const ids = (names: string) => idsOf(...names);
  const event = { voters: ids(wanted), learners: ids(learners) };
  const { membership } = feed(subject, { kind: 'changeMembership', ...event });
  if (membership === undefined) throw new Error('no answer');
  return membership.ok ? 'appended' : membership.error.code;
}

const last = ({ state }: Node) => state.configuration.value;

test('no configuration is appended before an entry of the own term is committed (R44)', () => {
  const subject = leader(voters(3), false);
  expect(change(subject, 'abc', 'd')).toBe('unsettled');
  matched(subject, 'b', 2);
  expect(change(subject, 'abc', 'd')).toBe('appended');
});

test('one configuration at a time is uncommitted (R45)', () => {
  const subject = leader(voters(3));
  expect(change(subject, 'abc', 'd')).toBe('appended');
  expect(change(subject, 'abc', 'de')).toBe('in-progress');
  matched(subject, 'b', 3);
  expect(change(subject, 'abc', 'de')).toBe('appended');
});

test('another set of voters goes by the joint state, which needs both majorities (R47)', () => {
  const subject = leader(voters(3));
  expect(change(subject, 'a')).toBe('appended');
  expect(last(subject)).toEqual({
    voters: idsOf('a'),
    votersOutgoing: idsOf('a', 'b', 'c'),
    learners: [],
  });
  expect(subject.state.commit).toBe(2);
});

test('the joint state is left by itself once it is committed, and not before (R48)', () => {
  const subject = leader(voters(3));
  feed(subject, { kind: 'propose', command: 'before' });
  change(subject, 'ab');
  matched(subject, 'b', 3);
  expect(subject.state.commit).toBe(3);
  expect(last(subject).votersOutgoing).not.toEqual([]);
  expect(change(subject, 'abc')).toBe('in-progress');
  matched(subject, 'b', 4);
  expect(last(subject)).toEqual({ voters: idsOf('a', 'b'), votersOutgoing: [], learners: [] });
});

test('a later leader leaves the joint state that it finds (R48)', () => {
  const joint: Configuration = { ...voters(3), votersOutgoing: idsOf('a', 'b') };
  const subject = leader(joint, false);
  expect(last(subject)).toEqual(joint);
  matched(subject, 'b', 2);
  expect(last(subject)).toEqual(voters(3));
});

test('a new voter was a learner, and has caught up (R50)', () => {
  const subject = leader(withLearner);
  expect(change(subject, 'abce', 'd')).toBe('not-a-learner');
  expect(change(subject, 'abcd')).toBe('not-caught-up');
  matched(subject, 'd', 2);
  expect(change(subject, 'abcd')).toBe('appended');
});

test('a voter that has said nothing since the term began does not answer, however young the term is', () => {
  const subject = leader(voters(3));
  const answering = (): readonly boolean[] =>
    ['b', 'c', 'd'].map((id) => answersLately(subject.state, node(id), subject.now));
  expect(answering()).toEqual([true, false, false]);
  matched(subject, 'c', 2);
  expect(answering()).toEqual([true, true, false]);
  subject.now = addDuration(subject.now, subject.state.options.electionMax + 1);
  expect(answering()).toEqual([false, false, false]);
});

test('a candidate that the configuration does not name is heard only with a log that is ahead (R51)', () => {
  const ask = (lastIndex: number) => {
    const subject = restarted({ log: [1, 1] });
    wait(subject, 1000);
    const fields = { from: 'x', term: 9, lastTerm: term(1), lastIndex: index(lastIndex) };
    return hear(subject, 'voteRequest', { ...fields, transfer: false }).length;
  };
  expect([ask(3), ask(2)]).toEqual([0, 0]);
  expect(ask(4)).toBeGreaterThan(0);
});
