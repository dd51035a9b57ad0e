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

/** Clients pause for less all the time: that is their own rhythm. */
export const WORTH_TELLING_MS = 150;

/** The longest silence of each fault and of each mending, where it is worth telling; each once. */
export function silencesOf(record: RunRecord): readonly Silence[] {
  const faults = record.events.filter(({ kind }) => kind === 'fault' || kind === 'mended');
  const found = new Map<number, Silence>();
  for (const [index, { at }] of faults.entries()) {
    const silence = longestSilence(record, at, faults[index + 1]?.at);
    if (silence !== null && silence.ms >= WORTH_TELLING_MS) found.set(silence.from, silence);
  }
  return [...found.values()];
}

/** When writes were acknowledged, in order. */
export function acknowledgements(events: readonly RecordedEvent[]): readonly number[] {
  return events.flatMap((event) => (event.kind === 'acknowledged' ? [event.at] : []));
}
