import { historyFileName, parseHistory, timelineOfWalFile, walFileSuffix } from './timeline.js';

test('a history file lists the earlier timelines with their ends', () => {
  const text = '1\t0/1741460\tno recovery target specified\n\n# note\n2\t0/3000148\tx y z\n';
  expect(parseHistory(text)).toEqual([
    { timeline: 1, switchLsn: 0x1741460 },
    { timeline: 2, switchLsn: 0x3000148 },
  ]);
});

test('an empty or torn history has what can be read of it', () => {
  expect(parseHistory('')).toEqual([]);
  expect(parseHistory('1\t0/30\n2\t0/')).toEqual([{ timeline: 1, switchLsn: 0x30 }]);
});

test('names of history and log files carry the timeline in eight digits', () => {
  expect(historyFileName(10)).toBe('0000000A.history');
  expect(timelineOfWalFile('0000000A00000001000000FE')).toBe(10);
  expect(timelineOfWalFile('0000000A.history')).toBeUndefined();
  expect(timelineOfWalFile('0000000A00000001000000FE.partial')).toBeUndefined();
});

test.each([
  [1, '0000000000000000'],
  [16 << 20, '0000000000000000'],
  [(16 << 20) + 1, '0000000000000001'],
  [0x1_0000_0001, '0000000100000000'],
])('the byte before %d is in segment %s', (lsn, suffix) => {
  expect(walFileSuffix(lsn, 16 << 20)).toBe(suffix);
});
