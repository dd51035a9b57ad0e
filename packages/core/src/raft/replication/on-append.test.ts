import { lastIndex } from '../queries.js';
import { entries, feed, flush, hear, index, restarted, term, termsOf } from '../testing/node.js';

const append = (
  inTerm: number,
  prevIndex: number,
  prevTerm: number,
  terms: number[],
  commit = 1,
) => ({
  term: inTerm,
  prevIndex: index(prevIndex),
  prevTerm: term(prevTerm),
  entries: entries(prevIndex + 1, ...terms),
  commit: index(commit),
});

/** Index 1 is the bootstrap snapshot of term 1; the entries begin at index 2. */
describe('a follower', () => {
  it.each([
    ['appends at its end', [1], append(2, 2, 1, [2, 2]), [1, 2, 2]],
    ['keeps what a repeated message brings again', [1, 2, 2], append(2, 2, 1, [2, 2]), [1, 2, 2]],
    [
      'keeps what a shorter message does not mention (R31)',
      [1, 2, 2],
      append(2, 2, 1, [2]),
      [1, 2, 2],
    ],
    [
      'keeps what an empty message does not mention (R31)',
      [1, 2, 2],
      append(2, 2, 1, []),
      [1, 2, 2],
    ],
    ['takes the new part of an overlapping one', [1, 2], append(2, 2, 1, [2, 2]), [1, 2, 2]],
    ['discards from a real conflict on (R31)', [1, 1, 1, 1], append(3, 2, 1, [2, 3]), [1, 2, 3]],
    ['discards a longer tail of an older term', [1, 1, 1, 1], append(3, 2, 1, [3]), [1, 3]],
  ])('%s', (_, log, message, after) => {
    const subject = restarted({ log });
    expect(hear(subject, 'append', message)).toMatchObject([
      { outcome: { kind: 'matched', index: message.prevIndex + message.entries.length } },
    ]);
    expect(termsOf(subject)).toEqual(after);
  });

  it.each([
    ['past its end', append(2, 9, 2, [])],
    ['of another term', append(3, 3, 3, [])],
  ])('refuses what stands %s, and changes nothing', (_, message) => {
    const subject = restarted({ log: [1, 2] });
    expect(hear(subject, 'append', message)).toMatchObject([
      { outcome: { kind: 'rejected', prevIndex: message.prevIndex } },
    ]);
    expect(termsOf(subject)).toEqual([1, 2]);
  });

  it.each([
    { terms: [1, 1, 2, 2, 2, 2], prevIndex: 7, prevTerm: 4, hintIndex: 7, hintTerm: 2 },
    { terms: [1, 1, 3, 3, 3, 3], prevIndex: 7, prevTerm: 2, hintIndex: 3, hintTerm: 1 },
    { terms: [1, 1], prevIndex: 30, prevTerm: 4, hintIndex: 3, hintTerm: 1 },
  ])('names where the logs may meet, a term at a time: $terms (R34)', (row) => {
    const subject = restarted({ log: row.terms });
    const message = append(5, row.prevIndex, row.prevTerm, []);
    expect(hear(subject, 'append', message)).toMatchObject([
      { outcome: { kind: 'rejected', hintIndex: row.hintIndex, hintTerm: row.hintTerm } },
    ]);
  });

  it.each([
    { commit: 9, terms: [], after: 2, why: 'an empty message vouches for its place only' },
    { commit: 9, terms: [1], after: 3, why: 'not for what follows the last entry it brought' },
    { commit: 3, terms: [1, 1], after: 3, why: 'the leader has committed no more' },
    { commit: 1, terms: [1, 1], after: 1, why: 'an old message knows an old commit' },
  ])('commits up to $after: $why (R30)', ({ commit, terms, after }) => {
    const subject = restarted({ log: [1, 1, 1, 1] });
    hear(subject, 'append', append(1, 2, 1, terms, commit));
    expect(subject.state.commit).toBe(after);
  });

  it('never lets an old message take a commit back (R30)', () => {
    const subject = restarted({ log: [1, 1, 1] });
    hear(subject, 'append', append(1, 4, 1, [], 4));
    hear(subject, 'append', append(1, 4, 1, [], 2));
    expect(subject.state.commit).toBe(4);
  });

  it('acknowledges its commit when asked about what lies below it (R33)', () => {
    const subject = restarted({ log: [1, 1, 1] });
    hear(subject, 'append', append(1, 4, 1, [], 4));
    expect(hear(subject, 'append', append(1, 2, 1, [1], 4))).toMatchObject([
      { outcome: { kind: 'matched', index: 4 } },
    ]);
  });

  it('stops the process when a leader contradicts a committed entry (R32)', () => {
    const subject = restarted({ log: [1, 1, 1] });
    hear(subject, 'append', append(1, 3, 1, [], 3));
    expect(() => hear(subject, 'append', append(2, 2, 1, [2]))).toThrow(/R32/);
    expect(() => hear(subject, 'append', append(2, 2, 2, []))).toThrow(/R32/);
    expect(() => hear(subject, 'append', append(2, 2, 1, [1, 2]))).not.toThrow();
  });

  it('stops the process on entries out of order (R37)', () => {
    const subject = restarted();
    const message = append(3, 1, 1, [2]);
    expect(() => hear(subject, 'append', { ...message, entries: entries(3, 2) })).toThrow(/R37/);
    expect(() => hear(subject, 'append', { ...message, entries: entries(2, 4) })).toThrow(/R37/);
    expect(() => hear(subject, 'append', { ...message, entries: entries(2, 3, 2) })).toThrow(/R37/);
  });

  it('acknowledges only what is durable (R1)', () => {
    const subject = restarted();
    subject.autoPersist = false;
    expect(hear(subject, 'append', append(1, 1, 1, [1, 1]))).toEqual([]);
    expect(subject.writes).toMatchObject([{ entries: [{ index: 2 }, { index: 3 }] }]);
    flush(subject);
    expect(subject.sent).toMatchObject([{ outcome: { kind: 'matched', index: 3 } }]);
  });

  it('applies only what is durable here (R25)', () => {
    const subject = restarted();
    subject.autoPersist = false;
    hear(subject, 'append', append(1, 1, 1, [1, 1], 3));
    expect(subject.state).toMatchObject({ commit: 3, applied: 1 });
    flush(subject);
    expect(subject.applied.map((entry) => entry.index)).toEqual([2, 3]);
  });

  it('writes a truncation and what replaces it at once (R6)', () => {
    const subject = restarted({ log: [1, 1, 1] });
    hear(subject, 'append', append(2, 2, 1, [2]));
    expect(subject.writes).toMatchObject([
      { hardState: { term: 2 }, truncateFrom: 3, entries: [{ index: 3, term: 2 }] },
    ]);
  });

  it('writes no truncation for what the disk never got', () => {
    const subject = restarted();
    subject.autoPersist = false;
    hear(subject, 'append', append(1, 1, 1, [1]));
    // Both while the first write is out: index 3 of term 1 never reaches the disk.
    hear(subject, 'append', append(1, 2, 1, [1]));
    hear(subject, 'append', append(2, 2, 1, [2]));
    flush(subject);
    expect(subject.writes).toHaveLength(2);
    expect(subject.writes[1]).toMatchObject({ entries: [{ index: 3, term: 2 }] });
    expect(subject.writes[1]).not.toHaveProperty('truncateFrom');
  });

  it('does not take a write that a truncation overtook for the new entries (ABA)', () => {
    const subject = restarted();
    subject.autoPersist = false;
    hear(subject, 'append', append(1, 1, 1, [1, 1]));
    hear(subject, 'append', append(2, 1, 1, [2, 2], 3));
    const [first] = subject.writes;
    feed(subject, { kind: 'persisted', ticket: first?.ticket ?? 0 });
    expect(subject.state.persistence.durableIndex).toBe(1);
    expect(subject.applied).toEqual([]);
    expect(subject.writes[1]).toMatchObject({
      truncateFrom: 2,
      entries: [{ term: 2 }, { term: 2 }],
    });
    flush(subject);
    expect(subject.applied.map((entry) => entry.term)).toEqual([2, 2]);
  });

  it('keeps what it must say bounded while its disk hangs', () => {
    const subject = restarted();
    subject.autoPersist = false;
    hear(subject, 'append', append(1, 1, 1, [1]));
    for (let count = 0; count < 1000; count++) hear(subject, 'append', append(1, 2, 1, []));
    flush(subject);
    expect(subject.sent.length).toBeLessThanOrEqual(256);
    expect(subject.sent.at(-1)).toMatchObject({ outcome: { kind: 'matched', index: 2 } });
  });

  it('answers a leader of an older term with its own, and learns nothing from it (R22)', () => {
    const subject = restarted({ term: 5 });
    expect(hear(subject, 'append', append(3, 1, 1, [3], 2))).toMatchObject([
      { kind: 'appendResponse', term: 5 },
    ]);
    expect(lastIndex(subject.state)).toBe(1);
    expect(subject.state.leader).toBeNull();
  });
});
