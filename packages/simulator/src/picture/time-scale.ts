/** A stretch of time and where it is drawn. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly begin: number;
  readonly end: number;
  /** Nothing happens in it: it is drawn much shorter than it was. */
  readonly quiet: boolean;
}

/** From the time of a run to a place on paper. Monotonic; a quiet time takes little room. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  readonly stretches: readonly Stretch[];
  readonly place: (at: number) => number;
}

export interface ScaleWish {
  readonly from: number;
  readonly to: number;
  /** When something happens that people want to see. */
  readonly moments: readonly number[];
  /** What is drawn spans `begin` to `end`, in units of the drawing. */
  readonly begin: number;
  readonly end: number;
  /** What a quiet time is drawn as wide as. */
  readonly breakWidth: number;
}

/** So much stays around a moment before the quiet begins, in milliseconds. */
const AROUND_MS = 600;
/** A quiet time that is not longer than this is drawn as it is. */
const WORTH_MS = 1500;

export function timeScale(wish: ScaleWish): TimeScale {
  const { from, to, begin, end, breakWidth } = wish;
  const quiet = quietTimes(wish);
  const shown = to - from - quiet.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const perMs = (end - begin - quiet.length * breakWidth) / Math.max(1, shown);
  const stretches: Stretch[] = [];
  let [time, place] = [from, begin];
  const add = (until: number, width: number, isQuiet: boolean): void => {
    if (until <= time) return;
    stretches.push({ from: time, to: until, begin: place, end: place + width, quiet: isQuiet });
    [time, place] = [until, place + width];
  };
  for (const gap of quiet) {
    add(gap.from, (gap.from - time) * perMs, false);
    add(gap.to, breakWidth, true);
  }
  add(to, (to - time) * perMs, false);
  return { from, to, stretches, place: (at) => placeOf(stretches, at, begin, end) };
}

function placeOf(stretches: readonly Stretch[], at: number, begin: number, end: number): number {
  const found = stretches.find(({ to }) => at < to);
  if (found === undefined) return end;
  if (at <= found.from) return Math.max(begin, found.begin);
  const share = (at - found.from) / (found.to - found.from);
  return found.begin + share * (found.end - found.begin);
}

function quietTimes({ from, to, moments }: ScaleWish): { from: number; to: number }[] {
  const inside = moments.filter((at) => at > from && at < to).sort((a, b) => a - b);
  const stops = [from - AROUND_MS, ...inside, to + AROUND_MS];
  return stops.flatMap((stop, index) => {
    const next = stops[index + 1];
    if (next === undefined) return [];
    const gap = { from: stop + AROUND_MS, to: next - AROUND_MS };
    return gap.to - gap.from > WORTH_MS ? [gap] : [];
  });
}

/** Round distances between the marks of an axis, in milliseconds. */
const STEPS_MS = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000];

/** Marks of the axis at round times since `zero`, at least `apart` from each other; none in a quiet time. */
export function marksOf(
  { stretches }: TimeScale,
  zero: number,
  apart: number,
): readonly { readonly at: number; readonly place: number }[] {
  const loud = stretches.filter(({ quiet }) => !quiet);
  const sample = loud[0];
  if (sample === undefined) return [];
  const perMs = (sample.end - sample.begin) / (sample.to - sample.from);
  const step = STEPS_MS.find((ms) => ms * perMs >= apart) ?? 60_000;
  return loud.flatMap((stretch) => {
    const first = Math.ceil((stretch.from - zero) / step);
    const last = Math.floor((stretch.to - zero) / step);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
      const at = zero + (first + index) * step;
      const share = (at - stretch.from) / (stretch.to - stretch.from);
      return { at, place: stretch.begin + share * (stretch.end - stretch.begin) };
    });
  });
}
