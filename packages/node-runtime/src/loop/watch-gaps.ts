import type { Decision } from '@mha4rdb/core';
import { GapDetector, openBootTime } from '../clock/gap-detector.js';
import type { Clock } from '../clock/monotonic-clock.js';
import type { LatencyHistogram } from '../metrics/latency-histogram.js';
import type { NodeLoop } from './node-loop.js';

const INTERVAL_MS = 50;

/**
 * A suspended machine's monotonic clock stood still: grants are shorter by as much. A blocked loop
 * (SIGSTOP, starvation) is counted by the clock, so that it is only told. Returns how to stop.
 */
export function watchGaps(
  loop: Pick<NodeLoop, 'post'>,
  clock: Clock,
  options: {
    readonly toleratedMs: number;
    readonly tell: (decision: Decision) => void;
    /** Takes each look's lateness. */
    readonly delays: LatencyHistogram;
  },
): () => void {
  const boot = openBootTime();
  const detector = new GapDetector(clock, boot.read, {
    intervalMs: INTERVAL_MS,
    toleratedMs: options.toleratedMs,
    observeDelay: (milliseconds) => options.delays.observe(milliseconds),
  });
  const timer = setInterval(() => {
    const gap = detector.look();
    if (gap === undefined) return;
    if (gap.cause === 'suspend') loop.post({ type: 'gap', ms: gap.ms });
    else options.tell({ event: 'loop-gap', fields: { ms: Math.round(gap.ms) } });
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    boot.close();
  };
}
