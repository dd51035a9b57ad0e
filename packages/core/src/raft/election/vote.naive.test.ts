import fc from 'fast-check';
import { hear, index, restarted, term } from '../testing/node.js';

/**
 * A second way to decide on a vote, from the sentences of the rules and the records of a voter: whom it
 * voted for in which term, and its log written out. Whose log is further is found by looking for a
 * record that one has and the other could not have.
 */
interface Asked {
  readonly from: string;
  readonly inTerm: number;
  readonly log: readonly number[];
}

/** A log is behind when the other ends in a later term, or in the same and is longer (R14). */
function isBehind(candidate: readonly number[], own: readonly number[]): boolean {
  const ends = (log: readonly number[]): string =>
    [log.at(-1) ?? 1, log.length].map((part) => String(part).padStart(3, '0')).join('/');
  return (
    [ends(candidate), ends(own)].sort()[0] === ends(candidate) && ends(candidate) !== ends(own)
  );
}

class NaiveVoter {
  private readonly votes = new Map<number, string>();

  constructor(
    private term: number,
    private readonly log: readonly number[],
    votedFor: string | null,
  ) {
    if (votedFor !== null) this.votes.set(term, votedFor);
  }

  ask({ from, inTerm, log }: Asked): boolean {
    if (inTerm < this.term) return false;
    this.term = inTerm;
    const mine = this.votes.get(inTerm);
    if (mine !== undefined) return mine === from && !isBehind(log, this.log);
    if (isBehind(log, this.log)) return false;
    this.votes.set(inTerm, from);
    return true;
  }
}

const logs = fc
  .array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  .map((terms) => [...terms].sort((a, b) => a - b));
const requests = fc.array(
  fc.record({
    from: fc.constantFrom('b', 'c'),
    inTerm: fc.integer({ min: 1, max: 9 }),
    log: logs,
  }),
  { maxLength: 12 },
);

test('votes are given as a voter that keeps books by hand gives them, over any series of requests (R13, R14)', () => {
  fc.assert(
    fc.property(
      logs,
      fc.integer({ min: 4, max: 5 }),
      fc.constantFrom(null, 'a', 'b', 'c'),
      requests,
      (log, own, votedFor, all) => {
        const subject = restarted({ log, term: own, votedFor });
        const naive = new NaiveVoter(own, log, votedFor);
        for (const request of all) {
          const [answer] = hear(subject, 'voteRequest', {
            from: request.from,
            term: request.inTerm,
            lastIndex: index(request.log.length + 1),
            lastTerm: term(request.log.at(-1) ?? 1),
            transfer: true,
          });
          expect(answer).toMatchObject({ kind: 'voteResponse', granted: naive.ask(request) });
        }
      },
    ),
    { numRuns: 500 },
  );
});
