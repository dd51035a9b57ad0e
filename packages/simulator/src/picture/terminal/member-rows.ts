import type { Lane } from '../lane.js';
import type { View } from '../view.js';
import type { Glyphs } from './glyphs.js';
import { fitting, type Row } from './row.js';

/**
 * One member's rows with their names: its database, and where there is anything to see, its port
 * and its grant.
 */
export function memberRows(
  lane: Lane,
  view: View,
  row: () => Row,
  glyphs: Glyphs,
): readonly (readonly [string, Row])[] {
  const { id, role } = lane.member;
  const first = row();
  const dark = lane.absent.filter(({ state }) => role === 'arbiter' || state === 'no power');
  absences(first, dark, glyphs);
  for (const span of lane.database) paintDatabase(first, span, glyphs);
  for (const span of lane.streams) {
    const inside = lane.database.filter(
      ({ state, from, to }) => state === 'standby' && from < span.to && to > span.from,
    );
    for (const { from, to } of inside) {
      const both = { from: Math.max(from, span.from), to: Math.min(to, span.to), state: 'standby' };
      first.fill(both, glyphs.standby, 'standby');
    }
  }
  for (const { at, member, tone } of view.moments) {
    if (member !== id) continue;
    if (tone === 'fault') first.at(at, glyphs.fault, 'fault');
    if (tone === 'mended') first.at(at, glyphs.mended, 'fault');
  }
  if (role === 'arbiter') return [[`${id} arbiter`, first]];
  const alone = lane.absent.filter(({ state }) => state !== 'no power');
  const more = [
    ['  agent', absences(row(), alone, glyphs)],
    ['  port, VIP', port(lane, row(), glyphs)],
    ['  grant', grants(lane, row(), glyphs)],
  ] as const;
  return [[id, first], ...more.filter(([, made]) => !made.isEmpty)];
}

function absences(row: Row, spans: Lane['absent'], glyphs: Glyphs): Row {
  for (const span of spans) {
    row.fill(span, glyphs.absent, 'muted');
    row.write(row.cellOf(span.from) + 2, fitting(span.state, span, row), 'plain');
  }
  return row;
}

function paintDatabase(row: Row, span: Lane['database'][number], glyphs: Glyphs): void {
  switch (span.state) {
    case 'primary':
      row.fill(span, glyphs.primary, 'primary');
      return;
    case 'standby':
      row.fill(span, glyphs.idle, 'standby');
      return;
    case 'starting':
      row.fill(span, glyphs.starting, 'plain');
      return;
    case 'frozen':
      row.fill(span, glyphs.frozen, 'muted');
      return;
    case 'stopped':
    case 'none':
      return;
  }
}

function port(lane: Lane, row: Row, glyphs: Glyphs): Row {
  for (const span of lane.port) {
    if (span.state === 'clients') row.fill(span, glyphs.open, 'open');
    if (span.state === 'peers') row.fill(span, glyphs.peers, 'open');
  }
  for (const span of lane.vip) row.write(row.cellOf(span.from), fitting('VIP', span, row), 'open');
  return row;
}

function grants(lane: Lane, row: Row, glyphs: Glyphs): Row {
  for (const span of lane.grants) row.fill(span, glyphs.grant, 'grant');
  return row;
}
