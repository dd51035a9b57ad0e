import type { HistoryItem } from '@mha4rdb/client';
import { table } from './table.js';
import { millisecondsText, NOTHING, timeText } from './words.js';

const PHASES = ['detect', 'elect', 'seal', 'promote', 'gate', 'vip'] as const;

export function historyTable(items: readonly HistoryItem[], wide: boolean): string {
  if (items.length === 0) return 'nothing has happened yet';
  const head = ['ID', 'AT', 'KIND', 'FROM', 'TO', 'EPOCH', 'WRITE GAP', 'RESULT', 'TRIGGER'];
  const wideHead = [...PHASES.map((phase) => phase.toUpperCase()), 'INITIATOR'];
  return table(
    wide ? [...head, ...wideHead] : head,
    items.map((item) => [
      item.id,
      timeText(item.at),
      item.kind,
      item.from ?? NOTHING,
      item.to ?? NOTHING,
      String(item.epoch),
      millisecondsText(item.writeGapMs),
      item.result,
      item.trigger,
      ...(wide ? [...phasesOf(item).map(([, time]) => time), item.initiator] : []),
    ]),
  );
}

/** Each phase with its time, in the order in which they happen. */
export function phasesOf({ phases }: HistoryItem): readonly (readonly [string, string])[] {
  return PHASES.map((phase) => [phase, millisecondsText(phases[`${phase}Ms`])] as const);
}
