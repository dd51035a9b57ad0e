import { epochOf } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';
import { n1, position } from '../testing/cluster-fixture.js';
import { isForked } from './forked.js';

const entry = (epoch: number, timeline: number): LineageEntry => ({
  epoch: epochOf(epoch),
  member: n1,
  timeline,
  switchLsn: 100,
  markerLsn: 110,
});
const lineage = [entry(3, 2), entry(7, 3)];

test.each([
  ['the log of a confirmed epoch', position(7, 900, 3), 7, false],
  ['an earlier one, still on its own timeline', position(3, 90, 2), 3, false],
  ['one that went on by a promotion of nobody’s', position(7, 900, 4), 7, true],
  ['one that created the number of a later timeline by that', position(3, 900, 3), 3, true],
  ['one that was appointed, and has no marker yet', position(7, 900, 4), 9, false],
  ['one with the marker of an appointment that was not confirmed', position(9, 900, 4), 9, false],
  ['one whose timeline is not known', position(7, 900, 0), 7, false],
  ['a copy from before the first marker', position(0, 900, 1), 0, false],
])('%s', (_case, at, joined, forked) => {
  expect(isForked(lineage, { joined: epochOf(joined) }, at)).toBe(forked);
});

test('a member without a record of what it joined has joined nothing', () => {
  expect(isForked(lineage, {}, position(7, 900, 4))).toBe(true);
});
