import type { LedgerRecord, Outcome } from '../ledger/record.js';
import { addressIntervals, answeringIntervals, intersect, overlaps, totalMs } from './holders.js';
import type { AddressChange } from './sample.js';

function change(host: string, has: boolean, at: number): AddressChange {
  return { kind: 'address', host, has, at, notBefore: at - 10 };
}

function answer(sentAt: number, outcome: Outcome = 'ack'): LedgerRecord {
  return { lane: 'probe', seq: sentAt, sentAt, doneAt: sentAt + 2, outcome };
}

describe('who holds the address', () => {
  it('is counted from the first sample that saw it to the last one that did', () => {
    const intervals = addressIntervals([change('n1', true, 100), change('n1', false, 200)], 500);
    expect(intervals.get('n1')).toEqual([{ from: 100, to: 190 }]);
  });

  it('lasts to the end for a host that never lost it', () => {
    expect(addressIntervals([change('n1', true, 100)], 500).get('n1')).toEqual([
      { from: 100, to: 500 },
    ]);
  });
});

describe('who answers', () => {
  it('is the stretch between answers, with its edges drawn inwards', () => {
    expect(answeringIntervals([answer(0), answer(100), answer(200)], 'probe')).toEqual([
      { from: 2, to: 200 },
    ]);
  });

  it('is cut by a failure', () => {
    const records = [answer(0), answer(100), answer(150, 'unknown'), answer(200), answer(300)];
    expect(answeringIntervals(records, 'probe')).toEqual([
      { from: 2, to: 100 },
      { from: 202, to: 300 },
    ]);
  });

  it('is cut by a silence in which the host may have been fenced and opened again', () => {
    const records = [answer(0), answer(100), answer(900), answer(1000)];
    expect(totalMs(answeringIntervals(records, 'probe'))).toBe(98 + 98);
  });

  it('counts a standby that answers, and no lane but the one asked for', () => {
    expect(answeringIntervals([answer(0, 'standby'), answer(90, 'standby')], 'probe')).toHaveLength(
      1,
    );
    expect(answeringIntervals([answer(0), answer(90)], 'other')).toEqual([]);
  });
});

describe('two holders', () => {
  it('are seen where their stretches overlap, and nowhere else', () => {
    const byHost = new Map([
      ['n1', [{ from: 0, to: 100 }]],
      ['n2', [{ from: 90, to: 200 }]],
      ['n3', [{ from: 200, to: 300 }]],
    ]);
    expect(overlaps(byHost)).toEqual([{ hosts: ['n1', 'n2'], from: 90, to: 100 }]);
  });

  it('need a real stretch: touching ends are a hand-over', () => {
    expect(intersect([{ from: 0, to: 5 }], [{ from: 5, to: 9 }])).toEqual([]);
  });
});
