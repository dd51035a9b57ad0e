import { millisecondsText } from '../moment-words.js';
import type { Silence } from '../silence.js';
import type { TimeScale } from '../time-scale.js';
import type { View } from '../view.js';
import { LEFT, roomFor, type LanePlace, type Layout } from './layout.js';
import { bar, element, line, text, widthOf } from './markup.js';

/** Ticks are at least this far apart. */
const TICK = 2;

/** Each acknowledged write as a tick, and how long there were none. */
export function writes(view: View, { scale, writes: place }: Layout): readonly string[] {
  const { top, height } = place;
  const ticks = ticksOf(view, scale.place);
  const gaps = view.silences.flatMap((silence) => gap(silence, view.to, scale, place));
  const path = ticks.map((x) => `M${x} ${top + 10}v${height - 20}`).join('');
  return [
    text(24, top + 27, 'head', 'client'),
    text(LEFT - 10, top + 42, 'small end', 'acknowledged writes'),
    ...gaps,
    ...(path === '' ? [] : [element('path', { d: path, class: 'ack' })]),
  ];
}

/** Where ticks stand; writes that would fall on one place share it. */
function ticksOf(
  { acknowledged, from, to }: View,
  place: (at: number) => number,
): readonly number[] {
  const shown = acknowledged.filter((at) => at >= from && at <= to);
  return [...new Set(shown.map((at) => Math.round(place(at) / TICK) * TICK))];
}

function gap(
  silence: Silence,
  last: number,
  scale: TimeScale,
  { top, height }: LanePlace,
): readonly string[] {
  const [x, end] = [scale.place(silence.from), scale.place(silence.to ?? last)];
  const y = top + height / 2 + 9;
  const length = millisecondsText(silence.ms);
  const words =
    silence.to === null
      ? ['no write was acknowledged any more', 'none any more']
      : [`${length} without an acknowledged write`, `${length} without`, length];
  const [fitting] = words.flatMap((text) => {
    const width = widthOf(text, 12.5) + 8;
    const room = roomFor(width, x, end, scale);
    return room === null ? [] : [{ text, at: (room.x + room.end) / 2 }];
  });
  return [
    bar({ x, end, y: top + 3, height: height - 6 }, 'gap', words[0]),
    line([x + 1, y], [end - 1, y], 'gap-line'),
    line([x + 1, y - 5], [x + 1, y + 5], 'gap-line'),
    line([end - 1, y - 5], [end - 1, y + 5], 'gap-line'),
    ...(fitting === undefined ? [] : [text(fitting.at, y - 9, 'gap-text', fitting.text)]),
  ];
}
