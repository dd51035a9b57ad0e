import type { Lane, Span } from '../lane.js';
import { LEFT, roomFor, type LanePlace, type Layout } from './layout.js';
import { bar, text, widthOf } from './markup.js';

/** Rows of a data member's lane, from its top. */
const LEADS = { at: 3, height: 4 };
const DATABASE = { at: 20, height: 24 };
const PORT = { at: 52, height: 12 };
const GRANT = { at: 72, height: 8 };

/** One member: what its database, its port and its grant did, and when it coordinated. */
export function lane(of: Lane, place: LanePlace, layout: Layout): readonly string[] {
  const { member } = of;
  const paint = painter(layout);
  const name = [
    text(24, place.top + 26, 'name', member.id),
    text(24, place.top + 41, 'small', 'data'),
  ];
  const leads = of.leads.map((span) =>
    paint(span, { ...LEADS, top: place.top }, 'leads', `coordinates, term ${span.state}`),
  );
  const absent = of.absent.map((span) =>
    paint(span, { at: 0, height: place.height, top: place.top }, 'absent', span.state),
  );
  if (member.role === 'arbiter') {
    return [
      text(24, place.top + 26, 'name', member.id),
      text(LEFT - 10, place.top + 25, 'small end', 'arbiter'),
      ...absent,
      ...leads,
      ...absenceWords(of, place.top + 33, layout),
    ];
  }
  return [
    ...name,
    ...rowNames(place.top),
    ...absent,
    ...leads,
    ...database(of, place.top, layout),
    ...of.port.flatMap((span) =>
      span.state === 'clients'
        ? [paint(span, { ...PORT, top: place.top }, 'open', 'port open to clients')]
        : span.state === 'peers'
          ? [paint(span, thin(place.top), 'peers', 'port open to standbys only')]
          : [],
    ),
    ...vipWords(of, place.top, layout),
    ...of.grants.map((span) =>
      paint(span, { ...GRANT, top: place.top }, 'grant', `grant of epoch ${span.state}`),
    ),
    ...absenceWords(of, place.top + 93, layout),
  ];
}

function rowNames(top: number): readonly string[] {
  return [
    text(LEFT - 10, top + DATABASE.at + 15, 'small end', 'database'),
    text(LEFT - 10, top + PORT.at + 9, 'small end', 'port, VIP'),
    text(LEFT - 10, top + GRANT.at + 7, 'small end', 'grant'),
  ];
}

function thin(top: number): { at: number; height: number; top: number } {
  return { at: PORT.at + 3, height: PORT.height - 6, top };
}

function database(of: Lane, top: number, layout: Layout): readonly string[] {
  const { place, from, to } = layout.scale;
  return streamed(of).flatMap(({ state, streams, ...span }) => {
    if (span.to <= from || span.from >= to || state === 'none') return [];
    const [x, end] = [place(span.from), place(span.to)];
    const kind = state === 'standby' && !streams ? 'idle' : state;
    const words = state === 'standby' ? (streams ? 'standby' : 'standby, no stream') : state;
    const on = state === 'primary' ? 'on-primary' : state === 'standby' ? 'on-standby' : 'muted';
    const shape = { x, end, y: top + DATABASE.at, height: DATABASE.height };
    const room = roomFor(widthOf(words, 11) + 12, x, end, layout.scale);
    return [
      bar(shape, kind, `${of.member.id}: ${words}`),
      ...(room === null ? [] : [text(room.x + 7, top + DATABASE.at + 16, `on-band ${on}`, words)]),
    ];
  });
}

/** Stretches of the database's states, cut where a standby begins or ends to stream. */
function streamed(of: Lane): readonly (Span<string> & { readonly streams: boolean })[] {
  return of.database.flatMap((span) => {
    if (span.state !== 'standby') return [{ ...span, streams: false }];
    const inside = of.streams.filter(({ from, to }) => from < span.to && to > span.from);
    const cuts = [
      span.from,
      ...inside.flatMap(({ from, to }) => [Math.max(from, span.from), Math.min(to, span.to)]),
      span.to,
    ];
    return cuts.slice(1).flatMap((to, index) => {
      const from = cuts[index] ?? to;
      return to > from ? [{ from, to, state: span.state, streams: index % 2 === 1 }] : [];
    });
  });
}

function vipWords(of: Lane, top: number, { scale }: Layout): readonly string[] {
  return of.vip.flatMap((span) => {
    const [x, end] = [scale.place(span.from), scale.place(span.to)];
    const room = roomFor(40, x, end, scale);
    if (span.to <= scale.from || span.from >= scale.to || room === null) return [];
    return [text(room.x + 7, top + PORT.at + 10, 'on-band on-primary', 'VIP')];
  });
}

function absenceWords(of: Lane, y: number, { scale }: Layout): readonly string[] {
  return of.absent.flatMap((span) => {
    const [x, end] = [scale.place(span.from), scale.place(span.to)];
    const room = roomFor(widthOf(span.state, 12) + 16, x, end, scale);
    if (span.to <= scale.from || room === null) return [];
    return [text(room.x + 8, y, 'small', span.state)];
  });
}

interface Row {
  readonly at: number;
  readonly height: number;
  readonly top: number;
}

function painter({ scale }: Layout) {
  return ({ from, to }: Span<unknown>, row: Row, kind: string, hint: string): string => {
    if (to <= scale.from || from >= scale.to) return '';
    const [x, end] = [scale.place(from), scale.place(to)];
    return bar({ x, end, y: row.top + row.at, height: row.height }, kind, hint);
  };
}
