import { LatencyHistogram } from './latency-histogram.js';
import { Metrics } from './metrics.js';

test("everything is written in Prometheus' text form, families of one name together", () => {
  const metrics = new Metrics();
  const calls = metrics.counter('calls_total', 'Calls.');
  calls.add({ method: 'A' });
  calls.add({ method: 'A' });
  calls.add({ method: 'say "hi"\n' });
  metrics.gauge('lag_bytes', 'Lag.', () => [
    { value: 7 },
    { labels: { member: 'n2' }, value: NaN },
  ]);
  for (const method of ['A', 'B']) {
    const histogram = new LatencyHistogram();
    histogram.observe(3000);
    metrics.histogram('rpc_seconds', 'Time.', histogram, { method });
  }
  const lines = metrics.render().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# HELP calls_total Calls.',
      '# TYPE calls_total counter',
      'calls_total{method="A"} 2',
      'calls_total{method="say \\"hi\\"\\n"} 1',
      'lag_bytes 7',
      'rpc_seconds_bucket{method="A",le="2.5"} 0',
      'rpc_seconds_bucket{method="A",le="5"} 1',
      'rpc_seconds_bucket{method="B",le="+Inf"} 1',
      'rpc_seconds_sum{method="B"} 3',
    ]),
  );
  expect(lines.filter((line) => line.startsWith('# TYPE rpc_seconds'))).toHaveLength(1);
  expect(lines.join('\n')).not.toContain('n2');
  expect(lines.slice(0, -1)).not.toContain('');
});
