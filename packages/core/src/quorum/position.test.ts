import { epochOf, nodeIdOf } from '@mha4rdb/kernel';
import { position } from '../testing/cluster-fixture.js';
import { classifyAncestry, comparePositions } from './position.js';

const n = nodeIdOf('n1');
const lineage = [
  { epoch: epochOf(4), member: n, timeline: 2, switchLsn: 100, markerLsn: 110 },
  { epoch: epochOf(9), member: n, timeline: 3, switchLsn: 500, markerLsn: 510 },
];
const history = [
  { timeline: 1, switchLsn: 100 },
  { timeline: 2, switchLsn: 500 },
];

test.each([
  ['streams on from where the old timeline was left', position(4, 500, 2), 500, 'ancestor'],
  ['is a little behind', position(4, 300, 2), 300, 'ancestor'],
  ['has the torn half of a record behind the switch', position(4, 520, 2), 498, 'ancestor'],
  ['went on past the switch', position(4, 501, 2), 501, 'diverged'],
  ['is on the newest epoch', position(9, 900, 3), 900, 'ancestor'],
  [
    'carries the marker of a promotion that was never confirmed',
    position(7, 505, 3),
    505,
    'diverged',
  ],
  [
    'carries such a marker on a number that the primary left later',
    position(7, 300, 2),
    300,
    'diverged',
  ],
  [
    'is on a timeline of the same number from another promotion, without its marker',
    position(4, 505, 3),
    505,
    'diverged',
  ],
  [
    'has the newest marker and went on past a promotion of its own',
    position(9, 900, 4),
    900,
    'diverged',
  ],
  ['has a marker on a timeline that its epoch never had', position(4, 90, 1), 90, 'diverged'],
  ['has no marker and stands before the first switch', position(0, 90, 1), 90, 'ancestor'],
  ['has no marker and went past the first switch', position(0, 130, 1), 130, 'diverged'],
  ['has no marker and is on the number of a promotion', position(0, 90, 2), 90, 'diverged'],
  ['is of a timeline that the primary never had', position(0, 90, 7), 90, 'diverged'],
] as const)('a log that %s: %s', (_, own, replayedLsn, expected) => {
  expect(classifyAncestry({ position: own, replayedLsn }, { lineage, history })).toBe(expected);
});

test('positions order by epoch first, and the timeline plays no part', () => {
  expect(comparePositions(position(5, 1, 1), position(4, 999, 9))).toBeGreaterThan(0);
  expect(comparePositions(position(4, 2, 1), position(4, 1, 9))).toBeGreaterThan(0);
  expect(comparePositions(position(4, 1, 1), position(4, 1, 9))).toBe(0);
});
