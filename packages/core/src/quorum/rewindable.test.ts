import { epochOf, nodeIdOf } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';
import { position } from '../testing/cluster-fixture.js';
import { canRewind } from './rewindable.js';

const confirmed = (epoch: number, timeline: number, switchLsn: number): LineageEntry => ({
  epoch: epochOf(epoch),
  member: nodeIdOf('n1'),
  timeline,
  switchLsn,
  markerLsn: switchLsn + 1,
});

/** Confirmed: epoch 4 on timeline 2, epoch 60 on timeline 3, epoch 67 on timeline 4. */
const lineage = [confirmed(4, 2, 3), confirmed(60, 3, 400), confirmed(67, 4, 652)];

it.each([
  ['the old primary went on, on its own timeline', position(60, 700, 3), true],
  ['a member that is two failovers behind', position(4, 500, 2), true],
  ['a log from before the first promotion', position(0, 5, 1), true],
  ['an unconfirmed promotion with its marker', position(64, 700, 4), false],
  [
    'an unconfirmed promotion without its marker, on the number of the confirmed one',
    position(60, 653, 4),
    false,
  ],
  ['an unconfirmed promotion on a number that the primary never had', position(60, 653, 5), false],
  [
    'the primary’s own timeline and epoch: winding back would do nothing',
    position(67, 700, 4),
    false,
  ],
  ['a timeline of before the first marker', position(0, 5, 2), false],
])('winds back or not: %s', (_, at, expected) => {
  expect(canRewind(at, lineage)).toBe(expected);
});

it('nothing is known without a confirmed primary', () => {
  expect(canRewind(position(4, 500, 2), [])).toBe(false);
});
