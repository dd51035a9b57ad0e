/**
 * Milliseconds of CLOCK_MONOTONIC. One clock for all processes of one machine, so that times which
 * the writer, the observer and the faults note can be compared with each other.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
