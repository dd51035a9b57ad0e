import type { RecordedEvent, RunRecord } from './record.js';

/** A time without an acknowledged write. */
export interface Silence {
  /** The last acknowledgement before it. */
  readonly from: number;
  /** The first one after it; null: the run ended without. */
  readonly to: number | null;
  readonly ms: number;
}

/**
 * The longest time between two acknowledged writes that a fault at `since` can have caused: it ended
 * after `since` and began before `until`. Null when nothing was acknowledged before.
 */
export function longestSilence(
  { events, endMs }: RunRecord,
  since: number,
  until: number = endMs,
): Silence | null {
  const acks = acknowledgements(events);
  let longest: Silence | null = null;
  for (const [index, from] of acks.entries()) {
    const to = acks[index + 1] ?? null;
    if ((to ?? endMs) < since || from > until) continue;
    const ms = (to ?? endMs) - from;
    if (longest === null || ms > longest.ms) longest = { from, to, ms };
  }
  return longest;
}

/** When writes were acknowledged, in order. */
export function acknowledgements(events: readonly RecordedEvent[]): readonly number[] {
  return events.flatMap((event) => (event.kind === 'acknowledged' ? [event.at] : []));
}
