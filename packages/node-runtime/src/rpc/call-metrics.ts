import type { Interceptor } from '@connectrpc/connect';
import { LatencyHistogram } from '../metrics/latency-histogram.js';
import type { Metrics } from '../metrics/metrics.js';

/** Times each call until its answer is ready; a stream counts until its first message can follow. */
export function callMetrics(metrics: Metrics): Interceptor {
  const histograms = new Map<string, LatencyHistogram>();
  const histogramOf = (method: string): LatencyHistogram => {
    const known = histograms.get(method);
    if (known !== undefined) return known;
    const made = new LatencyHistogram();
    histograms.set(method, made);
    metrics.histogram('mha_rpc_seconds', 'Time to answer a call.', made, { method });
    return made;
  };
  return (next) => async (request) => {
    const start = performance.now();
    try {
      return await next(request);
    } finally {
      histogramOf(request.method.name).observe(performance.now() - start);
    }
  };
}
