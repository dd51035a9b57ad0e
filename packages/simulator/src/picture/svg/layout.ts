import type { TimeScale } from '../time-scale.js';
import type { View } from '../view.js';

export const WIDTH = 1200;
/** Where time begins and ends. */
export const LEFT = 148;
export const RIGHT = 1176;
export const BREAK_WIDTH = 26;

const FLAGS_Y = 116;
const THREADS_HEIGHT = 30;
const WRITES_HEIGHT = 60;
const DATA_HEIGHT = 98;
const ARBITER_HEIGHT = 40;
const GAP = 8;

/** One member's rows, from top to bottom. */
export interface LanePlace {
  readonly top: number;
  readonly height: number;
}

/** Where everything stands. */
export interface Layout {
  readonly scale: TimeScale;
  readonly flagsY: number;
  /** Where the threads of the flags have reached their moments. */
  readonly threadsY: number;
  readonly writes: LanePlace;
  readonly lanes: readonly LanePlace[];
  /** Under the last lane; the axis follows. */
  readonly bottom: number;
}

export function layoutOf({ lanes }: View, scale: TimeScale): Layout {
  const threadsY = FLAGS_Y + THREADS_HEIGHT;
  const writes = { top: threadsY + 4, height: WRITES_HEIGHT };
  let top = writes.top + writes.height + GAP;
  const places = lanes.map(({ member }) => {
    const height = member.role === 'data' ? DATA_HEIGHT : ARBITER_HEIGHT;
    const place = { top, height };
    top += height + GAP;
    return place;
  });
  return { scale, flagsY: FLAGS_Y, threadsY, writes, lanes: places, bottom: top - GAP };
}

/** Where a torn place is, beside its middle. */
const TORN = 8;

/** The first place between two torn ones, from `x` to `end`, that is as wide as this; null: none is. */
export function roomFor(
  width: number,
  x: number,
  end: number,
  { stretches }: TimeScale,
): { readonly x: number; readonly end: number } | null {
  const torn = stretches
    .filter(({ quiet }) => quiet)
    .map((stretch) => (stretch.begin + stretch.end) / 2)
    .filter((middle) => middle > x - TORN && middle < end + TORN);
  const begins = [x, ...torn.map((middle) => middle + TORN)];
  const ends = [...torn.map((middle) => middle - TORN), end];
  const rooms = begins.map((begin, index) => ({ x: begin, end: ends[index] ?? end }));
  return rooms.find((room) => room.end - room.x >= width) ?? null;
}
