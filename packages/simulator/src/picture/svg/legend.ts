import { bar, element, line, text, widthOf } from './markup.js';

interface Entry {
  readonly words: string;
  readonly mark: (x: number, y: number) => string;
}

const swatch =
  (kind: string, height = 12) =>
  (x: number, y: number): string =>
    bar({ x, end: x + 22, y: y - 4 - height / 2, height }, kind);

const ENTRIES: readonly Entry[] = [
  { words: 'primary', mark: swatch('primary') },
  { words: 'standby, streams', mark: swatch('standby') },
  { words: 'standby without a stream', mark: swatch('idle') },
  { words: 'starting', mark: swatch('starting') },
  { words: 'stopped', mark: swatch('stopped') },
  { words: 'port open to clients', mark: swatch('open') },
  { words: 'to standbys only', mark: swatch('peers', 6) },
  { words: 'grant', mark: swatch('grant', 8) },
  { words: 'coordinator', mark: swatch('leads', 5) },
  { words: 'no power, or no agent that acts', mark: swatch('absent') },
  {
    words: 'fault',
    mark: (x, y) =>
      line([x + 11, y - 11], [x + 11, y + 3], 'fault-line') +
      element('circle', { cx: x + 11, cy: y - 4, r: 4, class: 'fault-mark' }),
  },
  { words: 'it is over', mark: (x, y) => line([x + 11, y - 12], [x + 11, y + 4], 'mended-line') },
];

/** What the marks mean, in as many lines as it takes. */
export function legend(
  left: number,
  right: number,
  top: number,
): { readonly parts: readonly string[]; readonly bottom: number } {
  const parts: string[] = [];
  let [x, y] = [left, top];
  for (const { words, mark } of ENTRIES) {
    const width = 30 + widthOf(words) + 18;
    if (x + width > right) [x, y] = [left, y + 22];
    parts.push(mark(x, y), text(x + 29, y, 'legend', words));
    x += width;
  }
  return { parts, bottom: y + 22 };
}
