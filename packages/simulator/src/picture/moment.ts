import type { NodeId } from '@mha4rdb/kernel';
import { faultBegins, faultEnds, lasts } from './fault-words.js';
import type { Lane } from './lane.js';
import { decisionText, millisecondsText } from './moment-words.js';
import type { RecordedEvent, RunRecord } from './record.js';
import { silencesOf } from './silence.js';

export type Tone = 'fault' | 'mended' | 'decision' | 'client' | 'broken';

/** One thing that people want to read about, in order of time. */
export interface Moment {
  readonly at: number;
  /** In whose lane it is; null: in no member's. */
  readonly member: NodeId | null;
  readonly who: string;
  readonly text: string;
  readonly tone: Tone;
}

/** What happened from the first fault on (or from the beginning, when there was none). */
export function momentsOf(record: RunRecord, lanes: readonly Lane[]): readonly Moment[] {
  const since = firstFault(record) ?? 0;
  const moments = [
    ...withoutEmptyMending(record.events).flatMap(told),
    ...lanes.flatMap((lane) => [...leaseMoments(record, lane), ...portMoments(record, lane)]),
  ].filter(({ at }) => at >= since);
  return [...moments, ...writeMoments(record)].sort((a, b) => a.at - b.at);
}

/** When the first fault came; null: there was none. */
export function firstFault({ events }: RunRecord): number | null {
  return events.find(({ kind }) => kind === 'fault')?.at ?? null;
}

/** At its end a run mends everything, which is worth telling only when something was still broken. */
function withoutEmptyMending(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  let broken = 0;
  return events.filter((event) => {
    if (event.kind === 'fault' && lasts(event.fault)) broken += 1;
    if (event.kind !== 'mended') return true;
    if (event.fault === 'all') return broken > 0;
    broken -= 1;
    return true;
  });
}

function told(event: RecordedEvent): readonly Moment[] {
  switch (event.kind) {
    case 'fault': {
      const { at, member, kind: tone, fault } = event;
      return [{ at, member, who: member ?? 'operator', text: faultBegins(fault), tone }];
    }
    case 'mended': {
      const { at, member, kind: tone, fault } = event;
      return [{ at, member, who: member ?? 'world', text: faultEnds(fault), tone }];
    }
    case 'decided': {
      const { at, member } = event;
      const text = decisionText(event.event, event.fields);
      return text === null ? [] : [{ at, member, who: member, text, tone: 'decision' }];
    }
    case 'violation': {
      const text = `${event.invariant}: ${event.detail}`;
      return [{ at: event.at, member: null, who: 'CHECK', text, tone: 'broken' }];
    }
    default:
      return [];
  }
}

/** Where a grant ended without being given back: what everybody waited for. */
function leaseMoments({ events, endMs }: RunRecord, { member, grants }: Lane): readonly Moment[] {
  const released = new Set(
    events.flatMap((event) =>
      event.kind === 'decided' && event.event === 'released' ? [event.at] : [],
    ),
  );
  return grants
    .filter(({ to }) => to < endMs && !released.has(to))
    .map(({ to }) => inLane(member.id, to, 'its grant is over'));
}

/** Where the port opened and closed, and by whom. */
function portMoments({ events, endMs }: RunRecord, lane: Lane): readonly Moment[] {
  const { id } = lane.member;
  const told = new Set(
    events.flatMap((event) => ('member' in event && event.member === id ? [event.at] : [])),
  );
  return lane.port
    .filter(({ state }) => state === 'clients')
    .flatMap((span) => {
      const vip = lane.vip.some((held) => held.from < span.to && held.to > span.from);
      const open = inLane(id, span.from, vip ? 'port open, VIP taken' : 'port open');
      if (span.to >= endMs || hasNoPower(lane, span.to)) return [open];
      const what = vip ? 'port and VIP' : 'port';
      const text = told.has(span.to) ? `${what} closed` : `the kernel ends ${what} by itself`;
      return [open, inLane(id, span.to, text)];
    });
}

function hasNoPower({ absent }: Lane, at: number): boolean {
  return absent.some(({ state, from, to }) => state === 'no power' && from <= at && at < to);
}

/** The last write before each silence that a fault caused, and the first one after it. */
function writeMoments(record: RunRecord): readonly Moment[] {
  return silencesOf(record).flatMap(({ from, to, ms }) => {
    const last = client(from, 'last acknowledged write before the gap');
    if (to === null) return [last];
    return [last, client(to, `first acknowledged write, after ${millisecondsText(ms)}`)];
  });
}

function client(at: number, text: string): Moment {
  return { at, member: null, who: 'client', text, tone: 'client' };
}

function inLane(member: NodeId, at: number, text: string): Moment {
  return { at, member, who: member, text, tone: 'decision' };
}
