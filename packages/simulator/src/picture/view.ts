import { lanesOf, type Lane } from './lane.js';
import { firstFault, momentsOf, type Moment } from './moment.js';
import type { RunRecord } from './record.js';
import { acknowledgements, silencesOf, type Silence } from './silence.js';

/** What both pictures show of a run: computed once, drawn twice. */
export interface View {
  readonly lanes: readonly Lane[];
  readonly moments: readonly Moment[];
  /** When writes were acknowledged. */
  readonly acknowledged: readonly number[];
  /** The times without one that faults caused. */
  readonly silences: readonly Silence[];
  /** The zero of the axis: the first fault, or the beginning. */
  readonly zero: number;
  readonly from: number;
  readonly to: number;
}

/** So much of the healthy time before is shown. */
const BEFORE_MS = 1000;
const AFTER_MS = 1500;

/** A run from shortly before its first fault until shortly after the last thing that happened. */
export function viewOf(record: RunRecord): View {
  const lanes = lanesOf(record);
  const moments = momentsOf(record, lanes);
  const fault = firstFault(record);
  const zero = fault ?? 0;
  const first = moments[0]?.at ?? zero;
  const last = moments.at(-1)?.at ?? record.endMs;
  return {
    lanes,
    moments,
    acknowledged: acknowledgements(record.events),
    silences: silencesOf(record),
    zero,
    from: Math.max(0, Math.min(zero, first) - (fault === null ? 0 : BEFORE_MS)),
    to: Math.min(record.endMs, last + AFTER_MS),
  };
}
