import type { HistoryItem } from '@mha4rdb/client';
import { phasesOf } from './history-table.js';
import { table } from './table.js';
import { millisecondsText, NOTHING, orNothing, timeText } from './words.js';

export function historyDetail(item: HistoryItem): string {
  const lines: readonly (readonly [string, string])[] = [
    ['Id', item.id],
    ['At', timeText(item.at)],
    ['Kind', item.kind],
    ['From', item.from ?? NOTHING],
    ['To', item.to ?? NOTHING],
    ['Epoch', String(item.epoch)],
    ['Trigger', item.trigger],
    ['Initiator', item.initiator],
    ['Write gap', millisecondsText(item.writeGapMs)],
    ['Result', item.result],
  ];
  const phases = phasesOf(item);
  return [
    ...lines.map(([name, value]) => `${`${name}:`.padEnd(10)} ${value}`),
    '',
    table(
      phases.map(([name]) => name.toUpperCase()),
      [phases.map(([, time]) => time)],
    ),
    ...(item.candidates.length === 0 ? [] : ['', candidates(item)]),
  ].join('\n');
}

function candidates(item: HistoryItem): string {
  return table(
    ['CANDIDATE', 'POSITION', 'CHOSEN', 'WHY'],
    item.candidates.map(({ id, position, chosen, reason }) => [
      id,
      orNothing(position),
      chosen ? 'yes' : 'no',
      reason,
    ]),
  );
}
