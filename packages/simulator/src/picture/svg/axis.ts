import { marksOf } from '../time-scale.js';
import type { View } from '../view.js';
import { LEFT, RIGHT, type Layout } from './layout.js';
import { element, line, text } from './markup.js';

const TEAR_WIDTH = 8;
/** No mark is written closer to a torn place than this. */
const CLEAR = 48;

/** The marks of the time axis under the lanes, with lines through all of them. */
export function axis(view: View, { scale, writes, bottom }: Layout): readonly string[] {
  const torn = scale.stretches
    .filter(({ quiet }) => quiet)
    .map(({ begin, end }) => (begin + end) / 2);
  const marks = marksOf(scale, view.zero, 64).flatMap(({ at, place }) => {
    const clear = torn.every((middle) => Math.abs(middle - place) > CLEAR);
    const words = `${Number(((at - view.zero) / 1000).toFixed(2))} s`;
    return [
      line([place, writes.top], [place, bottom + 4], 'grid'),
      ...(clear ? [text(place, bottom + 17, 'unit', words)] : []),
    ];
  });
  return [...marks, text(LEFT - 22, bottom + 17, 'small end', 'since the fault')];
}

/** Where the axis leaves out a quiet time: the lanes are torn. */
export function tears({ scale, writes, bottom }: Layout): readonly string[] {
  const [top, height] = [writes.top - 2, bottom - writes.top + 4];
  return scale.stretches
    .filter(({ quiet }) => quiet)
    .flatMap(({ from, to, begin, end }) => {
      const x = (begin + end - TEAR_WIDTH) / 2;
      return [
        element('rect', { x, y: top, width: TEAR_WIDTH, height, class: 'break' }),
        tear(x, top, top + height),
        tear(x + TEAR_WIDTH, top, top + height),
        text(x + TEAR_WIDTH / 2, bottom + 17, 'unit', `${((to - from) / 1000).toFixed(1)} s quiet`),
      ];
    });
}

function tear(x: number, top: number, bottom: number): string {
  const points: string[] = [];
  for (let [y, side] = [top, 1]; y <= bottom; y += 6, side = -side) {
    points.push(`${(x + 1.5 * side).toFixed(1)},${y.toFixed(1)}`);
  }
  return element('polyline', { points: points.join(' '), class: 'tear' });
}

/** The grounds that the lanes stand on. */
export function grounds({ writes, lanes }: Layout): readonly string[] {
  return [writes, ...lanes].map(({ top, height }) =>
    element('rect', { x: 12, y: top, width: RIGHT - 4, height, rx: 6, class: 'lane' }),
  );
}
