import type { Moment } from '../moment.js';
import type { View } from '../view.js';
import { badge } from './flags.js';
import { WIDTH } from './layout.js';
import { text, wrapped } from './markup.js';

const ROW = 21;
const LINE = 15;
const COLUMN = (WIDTH - 24) / 2;
/** Characters that fit beside number, time and name. */
const CHARACTERS = 66;

/** The moments in words, in two columns. */
export function story(
  { moments, zero }: View,
  top: number,
): { readonly parts: readonly string[]; readonly bottom: number } {
  const rows = moments.map((moment, index) => ({ moment, index, lines: linesOf(moment) }));
  const heights = rows.map(({ lines }) => ROW + (lines.length - 1) * LINE);
  const half = heights.reduce((sum, height) => sum + height, 0) / 2;
  const starts = [top + 30, top + 30];
  const parts: string[] = [text(20, top, 'head', 'What happened')];
  let used = 0;
  for (const [place, { moment, index, lines }] of rows.entries()) {
    const height = heights[place] ?? ROW;
    const column = used + height / 2 <= half || moments.length < 6 ? 0 : 1;
    used += height;
    const [x, y] = [20 + column * COLUMN, starts[column] ?? top];
    starts[column] = y + height;
    parts.push(
      badge(x + 10, y - 4, index + 1, moment.tone),
      text(x + 90, y, 'time muted', sinceText(moment.at - zero)),
      text(x + 100, y, 'who', moment.who),
      ...lines.map((words, row) => text(x + 146, y + row * LINE, 'what', words)),
    );
  }
  return { parts, bottom: Math.max(...starts) };
}

/** `+1.536 s`. */
function sinceText(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`;
}

function linesOf({ text: words }: Moment): readonly string[] {
  return wrapped(words, CHARACTERS, 3);
}
