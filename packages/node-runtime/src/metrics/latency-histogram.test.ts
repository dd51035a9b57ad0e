import { LatencyHistogram } from './latency-histogram.js';

test('counts are cumulative, and what exceeds the last bound counts in the total only', () => {
  const histogram = new LatencyHistogram();
  for (const milliseconds of [0.05, 0.3, 0.3, 9000]) histogram.observe(milliseconds);
  const { buckets, count, sumSeconds } = histogram.read();
  const at = (bound: number) => buckets.find(({ atMost }) => atMost === bound)?.count;
  expect([at(0.0001), at(0.00025), at(0.0005), at(5), count]).toEqual([1, 1, 3, 3, 4]);
  expect(sumSeconds).toBeCloseTo(9.00065);
});
