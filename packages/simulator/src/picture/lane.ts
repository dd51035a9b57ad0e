import type { NodeId } from '@mha4rdb/kernel';
import type {
  RecordedDatabase,
  RecordedEvent,
  RecordedMember,
  RecordedPort,
  RunRecord,
} from './record.js';

/** Something that holds from `from` until `to`, in milliseconds of the run. */
export interface Span<State> {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

/** Why nobody decides on a host: no power, or an agent that is gone or stands still. */
export type Absence = 'no power' | 'agent frozen' | 'no agent';

/** Everything about one member, as stretches of time. */
export interface Lane {
  readonly member: RecordedMember;
  readonly absent: readonly Span<Absence>[];
  readonly database: readonly Span<RecordedDatabase>[];
  /** From whom it streams. */
  readonly streams: readonly Span<NodeId>[];
  /**
   * The right to serve, by epoch. It lasts to its end also when its holder is dead: that is what the
   * others wait for. Only a committed release ends it sooner.
   */
  readonly grants: readonly Span<number>[];
  readonly port: readonly Span<Exclude<RecordedPort, 'nobody'>>[];
  readonly vip: readonly Span<true>[];
  /** The terms in which it coordinated. */
  readonly leads: readonly Span<number>[];
}

type Of<Kind extends RecordedEvent['kind']> = Extract<RecordedEvent, { readonly kind: Kind }>;

/** The lanes of a run, in the order of its members. */
export function lanesOf(record: RunRecord): readonly Lane[] {
  return record.members.map((member) => laneOf(record, member));
}

function laneOf({ events, endMs }: RunRecord, member: RecordedMember): Lane {
  const mine = events.filter((event) => 'member' in event && event.member === member.id);
  const of = <Kind extends RecordedEvent['kind']>(kind: Kind): readonly Of<Kind>[] =>
    mine.filter((event): event is Of<Kind> => event.kind === kind);
  const ports = of('port');
  return {
    member,
    absent: absences(of('power'), of('agent'), endMs),
    database: changes(of('database'), endMs, ({ state }) => state),
    streams: changes(of('stream'), endMs, ({ upstream }) => upstream),
    grants: grants(of('grant'), releases(events)),
    port: changes(ports, endMs, ({ admits }) => (admits === 'nobody' ? null : admits)),
    vip: changes(ports, endMs, ({ vip }) => vip || null),
    leads: changes(of('coordinator'), endMs, ({ leads, term }) => (leads ? term : null)),
  };
}

/** States that hold until the next change or their own end; neighbours that say the same are one. */
function changes<Event extends { readonly at: number; readonly until?: number | null }, State>(
  events: readonly Event[],
  endMs: number,
  stateOf: (event: Event) => State | null,
): readonly Span<State>[] {
  const spans: Span<State>[] = [];
  for (const [index, event] of events.entries()) {
    const state = stateOf(event);
    const to = Math.min(events[index + 1]?.at ?? endMs, event.until ?? endMs);
    if (state !== null && to > event.at) append(spans, { from: event.at, to, state });
  }
  return spans;
}

function append<State>(spans: Span<State>[], span: Span<State>): void {
  const last = spans.at(-1);
  if (last?.state !== span.state || last.to < span.from) spans.push(span);
  else spans[spans.length - 1] = { ...last, to: Math.max(last.to, span.to) };
}

function absences(
  power: readonly Of<'power'>[],
  agent: readonly Of<'agent'>[],
  endMs: number,
): readonly Span<Absence>[] {
  const moments = [...power, ...agent].sort((a, b) => a.at - b.at);
  let on = true;
  // Before its first start a member is no news.
  let state: Of<'agent'>['state'] = 'up';
  const found = moments.map((event) => {
    if (event.kind === 'power') on = event.on;
    else state = event.at === 0 ? 'up' : event.state;
    const absence: Absence | null = !on
      ? 'no power'
      : state === 'frozen'
        ? 'agent frozen'
        : state === 'down'
          ? 'no agent'
          : null;
    return { at: event.at, absence };
  });
  return changes(found, endMs, ({ absence }) => absence);
}

function grants(
  events: readonly Of<'grant'>[],
  released: ReadonlyMap<number, number>,
): readonly Span<number>[] {
  const spans: Span<number>[] = [];
  for (const { at, epoch, until } of events) {
    const to = Math.min(until, released.get(epoch) ?? until);
    if (to > at) append(spans, { from: at, to, state: epoch });
  }
  return spans;
}

/** When each epoch was given back, by a committed release. */
function releases(events: readonly RecordedEvent[]): ReadonlyMap<number, number> {
  return new Map(
    events.flatMap((event) => {
      if (event.kind !== 'decided' || event.event !== 'released') return [];
      const { epoch } = event.fields;
      return typeof epoch === 'number' ? [[epoch, event.at] as const] : [];
    }),
  );
}
