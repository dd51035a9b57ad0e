import { epochOf, nodeIdOf, type HistoryEntry } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';
import { canRewind } from './rewindable.js';

const confirmed = (epoch: number, timeline: number, switchLsn: number): LineageEntry => ({
  epoch: epochOf(epoch),
  member: nodeIdOf('n1'),
  timeline,
  switchLsn,
  markerLsn: switchLsn + 1,
});

/** Timelines 1, 2, 3 … that ended at these places. */
const left = (...ends: readonly number[]): readonly HistoryEntry[] =>
  ends.map((switchLsn, place) => ({ timeline: place + 1, switchLsn }));

const own = (epoch: number, timeline: number, history: readonly HistoryEntry[]) => ({
  position: { epoch: epochOf(epoch), timeline, lsn: 1000 },
  history,
});

/** Confirmed: epoch 4 on timeline 2, epoch 60 on timeline 3, epoch 67 on timeline 4. */
const primary = {
  lineage: [confirmed(4, 2, 3), confirmed(60, 3, 400), confirmed(67, 4, 652)],
  history: left(3, 400, 652),
};

describe('a log may be wound back where the last timeline that numbers call common is shared', () => {
  it.each([
    ['the old primary went on, on its own timeline', own(60, 3, left(3, 400)), true],
    ['it is two failovers behind', own(4, 2, left(3)), true],
    ['it was never promoted, nor anybody before its end', own(0, 1, []), true],
    ['its unconfirmed promotion began elsewhere', own(64, 4, left(3, 400, 640)), true],
  ])('%s', (_, position, expected) => {
    expect(canRewind(position, primary)).toBe(expected);
  });
});

describe('two promotions can create the same number at the same place (protocol §11)', () => {
  it.each([
    ['with a marker of its own', own(64, 4, left(3, 400, 652))],
    ['before its marker was written', own(60, 4, left(3, 400, 652))],
    ['and it went on to a further one', own(60, 5, left(3, 400, 652, 655))],
  ])('the unconfirmed promotion is copied anew: %s', (_, position) => {
    expect(canRewind(position, primary)).toBe(false);
  });

  it('but a marker above that of the shared timeline proves that it is shared', () => {
    expect(canRewind(own(70, 5, left(3, 400, 652, 700)), primary)).toBe(true);
  });
});

it('nothing is known without a confirmed primary', () => {
  expect(canRewind(own(4, 2, left(3)), { lineage: [], history: [] })).toBe(false);
});
