import fc from 'fast-check';
import type { LedgerRecord, Outcome } from './record.js';
import { findSplitBrain, judgeLedger, writeGapMs } from './verdict.js';

function record(
  seq: number,
  sentAt: number,
  outcome: Outcome = 'ack',
  reign = '00000001@1',
  lane = 'a',
): LedgerRecord {
  return { lane, seq, sentAt, doneAt: sentAt + 1, outcome, reign };
}

describe('the ledger', () => {
  it('calls lost what was acknowledged and is not there, and nothing else', () => {
    const records = [record(0, 0), record(1, 1), record(2, 2, 'unknown'), record(3, 3, 'refused')];
    const verdict = judgeLedger(records, [{ lane: 'a', seq: 0 }]);
    expect(verdict.lost.map(({ seq }) => seq)).toEqual([1]);
    expect(verdict).toMatchObject({ acknowledged: 2, unknown: 1, refused: 1, phantom: [] });
  });

  it('lets a write with an unknown end be there or not', () => {
    const unknown = [record(0, 0, 'unknown')];
    expect(judgeLedger(unknown, [{ lane: 'a', seq: 0 }])).toMatchObject({ lost: [], phantom: [] });
  });

  it('finds a row that a refused write left, and a row that is there twice', () => {
    const row = { lane: 'a', seq: 0 };
    const verdict = judgeLedger([record(0, 0, 'refused')], [row, row]);
    expect(verdict.phantom).toHaveLength(1);
    expect(verdict.duplicates).toHaveLength(2);
  });

  it('loses exactly as many writes as are missing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), fc.array(fc.nat(200)), (acknowledged, present) => {
        const verdict = judgeLedger(
          acknowledged.map((seq) => record(seq, seq)),
          [...new Set(present)].map((seq) => ({ lane: 'a', seq })),
        );
        const missing = acknowledged.filter((seq) => !present.includes(seq));
        expect(verdict.lost.map(({ seq }) => seq)).toEqual(missing);
      }),
    );
  });
});

describe('the write gap', () => {
  const lanes = new Set(['a']);

  it('is the longest time between acknowledgements that ended after the fault', () => {
    const records = [record(0, 0), record(1, 500), record(2, 510), record(3, 810), record(4, 820)];
    expect(writeGapMs(records, lanes, 505)).toBe(300);
  });

  it('contains the moment of the fault when that lies inside it', () => {
    expect(writeGapMs([record(0, 0), record(1, 900)], lanes, 450)).toBe(900);
  });

  it('is unknown, not zero, when nothing was acknowledged since', () => {
    expect(writeGapMs([record(0, 0), record(1, 10)], lanes, 1_000)).toBeUndefined();
  });

  it('ignores other lanes and what was not acknowledged', () => {
    const records = [record(0, 0), record(1, 100, 'unknown'), record(2, 200)];
    const other = record(3, 50, 'ack', 'x', 'b');
    expect(writeGapMs([...records, other], lanes, 0)).toBe(200);
  });
});

describe('two databases that acknowledge', () => {
  it('are seen when the older one acknowledges a write sent after the newer one began', () => {
    const records = [record(0, 0), record(1, 10, 'ack', 'B'), record(2, 20)];
    expect(findSplitBrain(records)).toMatchObject([
      { older: '00000001@1', newer: 'B', proof: { seq: 2 } },
    ]);
  });

  it('are not concluded from a late answer to a write that was sent before', () => {
    const late: LedgerRecord = { ...record(1, 5), doneAt: 30 };
    expect(findSplitBrain([record(0, 0), late, record(2, 10, 'ack', 'B')])).toEqual([]);
  });

  it('are not concluded from a hand-over there and back, each on a timeline of its own', () => {
    const there = record(1, 10, 'ack', '00000002@9');
    const back = record(2, 20, 'ack', '00000003@1');
    expect(findSplitBrain([record(0, 0), there, back])).toEqual([]);
  });
});
