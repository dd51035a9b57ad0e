import { millisecondsText } from '../moment-words.js';
import type { RunRecord } from '../record.js';
import { marksOf, timeScale, type TimeScale } from '../time-scale.js';
import type { Silence } from '../silence.js';
import { viewOf, type View } from '../view.js';
import type { Glyphs } from './glyphs.js';
import { labelOf } from './label.js';
import { legend } from './legend.js';
import { memberRows } from './member-rows.js';
import { fitting, Row, type Ink, type Paint } from './row.js';
import { story } from './story.js';

/** How a run is drawn as text. */
export interface TerminalStyle {
  /** Columns of the terminal; less than 60 is drawn as 60. */
  readonly columns: number;
  readonly glyphs: Glyphs;
  readonly paint: Paint;
}

const LABEL = 13;
const BREAK_CELLS = 3;
const MARKS_APART = 10;
const SMALLEST = 60;

/** A run as lines of text: members as rows over time, and what happened, numbered alike. */
export function drawTimeline(record: RunRecord, style: TerminalStyle): readonly string[] {
  const view = viewOf(record);
  const columns = Math.max(SMALLEST, style.columns);
  const width = columns - LABEL;
  const scale = timeScale({
    from: view.from,
    to: view.to,
    moments: view.moments.map(({ at }) => at),
    begin: 0,
    end: width,
    breakWidth: BREAK_CELLS,
  });
  const { glyphs, paint } = style;
  const row = (): Row => new Row(scale, width);
  const torn = (of: Row): Row => tear(of, scale, glyphs);
  const line = (label: string, of: Row): string =>
    `${paint('muted', label.padEnd(LABEL))}${of.text(paint)}`.trimEnd();
  return [
    line('', numbers(view, row())),
    line('writes', torn(writes(view, row(), glyphs))),
    ...view.lanes.flatMap((lane) => [
      '',
      ...memberRows(lane, view, row, glyphs).map(([label, made]) => line(label, torn(made))),
    ]),
    '',
    line('coordinator', torn(coordinators(view, row(), glyphs))),
    line('', axis(view, scale, row(), glyphs)),
    line('since fault', times(view, scale, row())),
    '',
    ...story(view, columns, paint),
    '',
    ...legend(columns, style),
  ];
}

function numbers({ moments }: View, row: Row): Row {
  let next = 0;
  for (const [index, { at, tone }] of moments.entries()) {
    const cell = Math.max(next, row.cellOf(at));
    const ink: Ink = tone === 'fault' || tone === 'broken' ? 'fault' : 'plain';
    row.write(cell, labelOf(index), tone === 'client' ? 'ack' : ink);
    next = cell + 1;
  }
  return row;
}

function writes({ acknowledged, silences, from, to }: View, row: Row, glyphs: Glyphs): Row {
  for (const at of acknowledged) if (at >= from && at <= to) row.at(at, glyphs.ack, 'ack');
  for (const silence of silences) pause(silence, to, row, glyphs);
  return row;
}

function pause(silence: Silence, to: number, row: Row, glyphs: Glyphs): void {
  const [begin, end] = [row.cellOf(silence.from) + 1, row.cellOf(silence.to ?? to)];
  const words = silence.to === null ? 'none any more' : millisecondsText(silence.ms);
  const room = end - begin;
  if (room < words.length + 2) return;
  const left = Math.floor((room - words.length - 2) / 2);
  const side = glyphs.between;
  const text = `${side.repeat(left)} ${words} ${side.repeat(room - words.length - 2 - left)}`;
  row.write(begin, text, 'fault');
}

function coordinators({ lanes }: View, row: Row, glyphs: Glyphs): Row {
  for (const { member, leads } of lanes) {
    for (const span of leads) {
      row.fill(span, glyphs.leads, 'leads');
      row.write(row.cellOf(span.from), fitting(`${member.id} `, span, row), 'leads');
    }
  }
  return row;
}

function tear(row: Row, { stretches }: TimeScale, glyphs: Glyphs): Row {
  for (const { quiet, begin } of stretches) {
    if (quiet) row.write(Math.floor(begin) + 1, glyphs.tear, 'muted');
  }
  return row;
}

function axis(view: View, scale: TimeScale, row: Row, glyphs: Glyphs): Row {
  row.fill({ from: view.from, to: view.to, state: null }, glyphs.between, 'muted');
  for (const { at } of marksOf(scale, view.zero, MARKS_APART)) row.at(at, glyphs.mark, 'muted');
  return tear(row, scale, glyphs);
}

function times(view: View, scale: TimeScale, row: Row): Row {
  let free = 0;
  for (const { at } of marksOf(scale, view.zero, MARKS_APART)) {
    const words = `${Number(((at - view.zero) / 1000).toFixed(2))} s`;
    const cell = row.cellOf(at);
    if (cell < free) continue;
    row.write(cell, words, 'muted');
    free = cell + words.length + 1;
  }
  return row;
}
