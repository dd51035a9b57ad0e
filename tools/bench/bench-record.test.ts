import { type BenchRecord, benchTable, spread } from './bench-record.js';

function run(writeGapMs: number): BenchRecord {
  return {
    fault: 'power',
    mode: 'dual',
    timing: 'balanced',
    writeGapMs,
    lost: 0,
    vipTwoHostsMs: 0,
    redundancyMs: 4_000,
    agentRssMb: 61.2,
    agentCpuPct: 1.4,
    addressTwoHostsMs: 0,
    complaints: [],
  };
}

describe('the spread', () => {
  it.each([
    [[3], { min: 3, median: 3, max: 3 }],
    [[9, 1, 5], { min: 1, median: 5, max: 9 }],
    [[4, 1, 2, 10], { min: 1, median: 3, max: 10 }],
  ])('of %j', (values, expected) => {
    expect(spread(values)).toEqual(expected);
  });
});

describe('the table', () => {
  it('has one line for all runs of one fault', () => {
    const [, line] = benchTable([run(2_000), run(3_000), run(2_600)]);
    expect(line).toMatch(
      /^power +dual +balanced +3 +2\.00 \/ 2\.60 \/ 3\.00 +0 +0 .* 61\.2 +1\.4$/,
    );
  });
});
