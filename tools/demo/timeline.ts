import type { LoggedDecision } from '../lab/agent-log.js';
import type { ClientEventLine } from '../lab/client-events.js';
import type { AddressChange } from '../lab/observe/sample.js';
import type { LedgerRecord } from '../lab/ledger/record.js';

/** One line of the timeline: milliseconds since the fault, who, what. */
export interface TimelineEntry {
  readonly ms: number;
  readonly who: string;
  readonly what: string;
}

/** What the timeline is made of. The fault's moment is known on both clocks. */
export interface TimelineSources {
  readonly faultAt: number;
  readonly faultWallAt: number;
  readonly untilMs: number;
  readonly decisions: readonly LoggedDecision[];
  readonly clientEvents: readonly ClientEventLine[];
  readonly addressChanges: readonly AddressChange[];
  readonly consumer: readonly LedgerRecord[];
}

/** Everything that was seen around the fault, in order. */
export function timeline(sources: TimelineSources): TimelineEntry[] {
  const { faultAt, faultWallAt, untilMs } = sources;
  const entries: TimelineEntry[] = [
    ...sources.decisions.map(({ at, node, event, epoch, message }) => ({
      ms: at - faultWallAt,
      who: node,
      what: `${event}${epoch === undefined ? '' : ` (epoch ${epoch})`}${message === '' || message === event ? '' : `: ${message}`}`,
    })),
    ...sources.clientEvents.map((event) => ({
      ms: event.wallAt - faultWallAt,
      who: 'client',
      what: `library says ${describe(event)}`,
    })),
    ...sources.addressChanges.map(({ at, host, has }) => ({
      ms: at - faultAt,
      who: host,
      what: has ? 'has the VIP (seen from outside)' : 'has the VIP no more (seen from outside)',
    })),
    ...writes(sources.consumer, faultAt),
  ];
  return entries.filter(({ ms }) => ms >= -500 && ms <= untilMs).sort((a, b) => a.ms - b.ms);
}

/** The last write before the gap and the first one after it. */
function writes(records: readonly LedgerRecord[], faultAt: number): TimelineEntry[] {
  const acks = records.filter(({ outcome }) => outcome === 'ack');
  const ends = acks.map(({ doneAt }) => doneAt).sort((a, b) => a - b);
  let widest: { from: number; to: number } | undefined;
  for (const [at, to] of ends.entries()) {
    const from = ends[at - 1];
    if (from === undefined || to < faultAt) continue;
    if (widest === undefined || to - from > widest.to - widest.from) widest = { from, to };
  }
  if (widest === undefined) return [];
  return [
    { ms: widest.from - faultAt, who: 'client', what: 'last acknowledged write before the gap' },
    { ms: widest.to - faultAt, who: 'client', what: 'first acknowledged write after it' },
  ];
}

function describe(event: ClientEventLine): string {
  switch (event.type) {
    case 'leaderChanged':
      return `leaderChanged to ${event.leader.id}`;
    case 'leaderLost':
      return `leaderLost${event.from === null ? '' : ` (${event.from})`}`;
    case 'memberChanged':
      return `memberChanged: ${event.member.id} is ${event.member.state}`;
    case 'memberRecovered':
      return `memberRecovered: ${event.member.id}`;
    case 'verdictChanged':
      return `verdictChanged to ${event.verdict}`;
    case 'switchoverPlanned':
    case 'switchoverCompleted':
    case 'settingsChanged':
      return event.type;
    default:
      return (event as { type: string }).type;
  }
}
