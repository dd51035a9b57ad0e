import type { Span } from '../lane.js';
import type { TimeScale } from '../time-scale.js';

/** What a cell means; whoever prints gives it a colour. */
export type Ink =
  'plain' | 'muted' | 'primary' | 'standby' | 'open' | 'grant' | 'leads' | 'fault' | 'ack';

export type Paint = (ink: Ink, text: string) => string;

/** One row of cells over time, one character each. */
export class Row {
  private readonly cells: { text: string; ink: Ink }[];

  constructor(
    private readonly scale: TimeScale,
    width: number,
  ) {
    this.cells = Array.from({ length: width }, () => ({ text: ' ', ink: 'plain' }));
  }

  /** Fills the time of a span, at least one cell of it. */
  fill({ from, to }: Span<unknown>, text: string, ink: Ink): this {
    if (to <= this.scale.from || from >= this.scale.to) return this;
    const first = this.cellOf(from);
    const last = Math.max(first, Math.ceil(this.scale.place(to)) - 1);
    for (let cell = first; cell <= last; cell++) this.put(cell, text, ink);
    return this;
  }

  at(moment: number, text: string, ink: Ink): this {
    return this.write(this.cellOf(moment), text, ink);
  }

  /** Writes words from a cell on, as far as the row goes. */
  write(cell: number, text: string, ink: Ink): this {
    for (const [index, character] of [...text].entries()) this.put(cell + index, character, ink);
    return this;
  }

  cellOf(moment: number): number {
    return Math.min(this.cells.length - 1, Math.max(0, Math.floor(this.scale.place(moment))));
  }

  get isEmpty(): boolean {
    return this.cells.every(({ text }) => text === ' ');
  }

  text(paint: Paint): string {
    const runs: { text: string; ink: Ink }[] = [];
    const end = this.cells.findLastIndex(({ text }) => text !== ' ');
    for (const { text, ink } of this.cells.slice(0, end + 1)) {
      const last = runs.at(-1);
      if (last?.ink === ink || (last !== undefined && text === ' ')) last.text += text;
      else runs.push({ text, ink });
    }
    return runs.map(({ text, ink }) => paint(ink, text)).join('');
  }

  private put(cell: number, text: string, ink: Ink): void {
    if (cell >= 0 && cell < this.cells.length) this.cells[cell] = { text, ink };
  }
}

/** The words, if they fit into the time of a span; else nothing. */
export function fitting(
  words: string,
  { from, to }: { readonly from: number; readonly to: number },
  row: Row,
): string {
  return row.cellOf(to) - row.cellOf(from) > words.length + 2 ? words : '';
}
