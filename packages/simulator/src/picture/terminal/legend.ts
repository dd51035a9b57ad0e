import type { Glyphs } from './glyphs.js';
import type { Ink, Paint } from './row.js';

/** What the characters mean, in as many lines as it takes. */
export function legend(
  columns: number,
  { glyphs, paint }: { readonly glyphs: Glyphs; readonly paint: Paint },
): readonly string[] {
  const entries: readonly (readonly [string, Ink, string])[] = [
    [glyphs.primary, 'primary', 'primary'],
    [glyphs.standby, 'standby', 'standby, streams'],
    [glyphs.idle, 'standby', 'without a stream'],
    [glyphs.starting, 'plain', 'starting'],
    [glyphs.absent, 'muted', 'no power, no agent'],
    [glyphs.frozen, 'muted', 'frozen'],
    [glyphs.open, 'open', 'port open'],
    [glyphs.peers, 'open', 'to standbys only'],
    [glyphs.fault, 'fault', 'fault'],
    [glyphs.mended, 'fault', 'it is over'],
    [glyphs.tear, 'muted', 'quiet time left out'],
  ];
  const lines: string[] = [];
  let [line, used] = ['', 0];
  for (const [glyph, ink, words] of entries) {
    const width = glyph.length + words.length + 4;
    if (used + width > columns) {
      lines.push(line.trimEnd());
      [line, used] = ['', 0];
    }
    line += ` ${paint(ink, glyph)} ${paint('muted', words)}  `;
    used += width;
  }
  return [...lines, line.trimEnd()];
}
