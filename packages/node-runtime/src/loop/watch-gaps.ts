import type { Decision } from '@mha4rdb/core';
import { GapDetector } from '../clock/gap-detector.js';
import type { Clock } from '../clock/monotonic-clock.js';
import type { LatencyHistogram } from '../metrics/latency-histogram.js';

const INTERVAL_MS = 50;

/**
 * Tells of gaps that the monotonic clock counted (SIGSTOP, starvation): every decision reads that clock,
 * so nothing else has to be done about them. Returns how to stop.
 */
export function watchGaps(
  clock: Clock,
  options: {
    readonly toleratedMs: number;
    readonly tell: (decision: Decision) => void;
    /** Takes each look's lateness. */
    readonly delays: LatencyHistogram;
  },
): () => void {
  const detector = new GapDetector(clock, {
    intervalMs: INTERVAL_MS,
    toleratedMs: options.toleratedMs,
    observeDelay: (milliseconds) => options.delays.observe(milliseconds),
  });
  const timer = setInterval(() => {
    const ms = detector.look();
    if (ms > 0) options.tell({ event: 'loop-gap', fields: { ms: Math.round(ms) } });
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}
