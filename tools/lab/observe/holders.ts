import type { LedgerRecord } from '../ledger/record.js';
import type { AddressChange } from './sample.js';

/** A stretch of time, in {@link monotonicMs}. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Two hosts that both were the VIP's holder at the same time. */
export interface TwoHolders extends Interval {
  readonly hosts: readonly [string, string];
}

/**
 * Longest silence between two answers of a host over which it counts as answering: below every
 * grant length, so that a host that was fenced and opened again is never bridged.
 */
const LONGEST_SILENCE_MS = 400;

/** When each host carried the address, by the samples that certainly saw it. */
export function addressIntervals(
  changes: readonly AddressChange[],
  until: number,
): Map<string, Interval[]> {
  const byHost = new Map<string, Interval[]>();
  const since = new Map<string, number>();
  for (const change of changes) {
    const from = since.get(change.host);
    if (change.has && from === undefined) since.set(change.host, change.at);
    if (!change.has && from !== undefined) {
      push(byHost, change.host, { from, to: Math.max(from, change.notBefore) });
      since.delete(change.host);
    }
  }
  for (const [host, from] of since) push(byHost, host, { from, to: until });
  return byHost;
}

/**
 * When a host's database answered clients, from the lane that asks this host directly: the stretch
 * between answers that follow each other without a failure. The edges are drawn inwards (an answer
 * proves an open port at some moment between question and answer), so that what is reported as two
 * holders really was.
 */
export function answeringIntervals(records: readonly LedgerRecord[], lane: string): Interval[] {
  const own = records.filter((record) => record.lane === lane);
  own.sort((a, b) => a.doneAt - b.doneAt);
  const intervals: Interval[] = [];
  let from: number | undefined;
  let last: LedgerRecord | undefined;
  const close = (): void => {
    if (from !== undefined && last !== undefined && last.sentAt > from) {
      intervals.push({ from, to: last.sentAt });
    }
    from = undefined;
  };
  for (const record of own) {
    const answered = record.outcome === 'ack' || record.outcome === 'standby';
    if (!answered || (last !== undefined && record.sentAt - last.doneAt > LONGEST_SILENCE_MS)) {
      close();
    }
    if (answered) from ??= record.doneAt;
    last = answered ? record : undefined;
  }
  close();
  return intervals;
}

/** Every stretch in which two hosts had what `byHost` says they had. */
export function overlaps(byHost: ReadonlyMap<string, readonly Interval[]>): TwoHolders[] {
  const hosts = [...byHost.keys()];
  return hosts.flatMap((a, at) =>
    hosts.slice(at + 1).flatMap((b) =>
      intersect(byHost.get(a) ?? [], byHost.get(b) ?? []).map((both) => ({
        ...both,
        hosts: [a, b] as const,
      })),
    ),
  );
}

/** The stretches that lie in both lists. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return a.flatMap((one) =>
    b
      .map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
      .filter(({ from, to }) => to > from),
  );
}

/** Total length of stretches. */
export function totalMs(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { from, to }) => sum + (to - from), 0);
}

function push(byHost: Map<string, Interval[]>, host: string, interval: Interval): void {
  const list = byHost.get(host) ?? [];
  list.push(interval);
  byHost.set(host, list);
}
