import type { Caption } from '../caption.js';
import type { RunRecord } from '../record.js';
import { timeScale } from '../time-scale.js';
import { viewOf } from '../view.js';
import { axis, grounds, tears } from './axis.js';
import { flags } from './flags.js';
import { lane } from './lane.js';
import { BREAK_WIDTH, LEFT, layoutOf, RIGHT, WIDTH } from './layout.js';
import { legend } from './legend.js';
import { element, escaped, text, wrapped } from './markup.js';
import { story } from './story.js';
import { HATCH, styleSheet } from './style.js';
import { writes } from './writes.js';

/**
 * A run as a picture: members as lanes over time. One self-contained SVG without scripts or fonts of
 * its own; the same record and caption give the same bytes.
 */
export function drawSvg(record: RunRecord, caption: Caption): string {
  const view = viewOf(record);
  const scale = timeScale({
    from: view.from,
    to: view.to,
    moments: view.moments.map(({ at }) => at),
    begin: LEFT,
    end: RIGHT,
    breakWidth: BREAK_WIDTH,
  });
  const layout = layoutOf(view, scale);
  const told = story(view, layout.bottom + 54);
  const explained = legend(20, RIGHT, told.bottom + 22);
  const notes = caption.notes.flatMap((note) => wrapped(note, 190, 3));
  const height = explained.bottom + notes.length * 15 + 14;
  const parts = [
    element('rect', { width: WIDTH, height, class: 'paper' }),
    text(20, 34, 'title', wrapped(caption.title, 100, 1)[0] ?? ''),
    text(20, 56, 'setting muted', caption.setting),
    text(20, 80, 'result', caption.result),
    ...grounds(layout),
    ...axis(view, layout),
    ...writes(view, layout),
    ...view.lanes.flatMap((one, index) => {
      const place = layout.lanes[index];
      return place === undefined ? [] : lane(one, place, layout);
    }),
    ...tears(layout),
    ...flags(view, layout),
    ...told.parts,
    ...explained.parts,
    ...notes.map((note, index) => text(20, explained.bottom + 8 + index * 15, 'small', note)),
  ];
  return `${document(
    caption,
    height,
    parts.filter((part) => part !== ''),
  )}\n`;
}

function document({ title, result }: Caption, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(result)}</desc>`,
    `<style>${styleSheet()}</style>`,
    `<defs>${HATCH}</defs>`,
    ...parts,
    '</svg>',
  ].join('\n');
}
