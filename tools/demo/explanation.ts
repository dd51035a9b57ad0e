import type { HistoryItem, HistoryPhases } from '@mha4rdb/client';
import { secondsText } from '../lab/progress.js';

const PHASES: readonly (readonly [keyof HistoryPhases, string])[] = [
  ['detectMs', 'noticed'],
  ['electMs', 'waited out and elected'],
  ['sealMs', 'sealed the others'],
  ['promoteMs', 'promoted'],
  ['gateMs', 'confirmed'],
  ['vipMs', 'VIP taken'],
];

/** Why it went so: who was chosen and why, and where the time went, from the cluster's own record. */
export function explainChange(event: HistoryItem): string[] {
  const lines = [
    `${event.kind} ${event.from ?? 'nobody'} → ${event.to ?? 'nobody'}: ${event.trigger}`,
  ];
  for (const { id, position, chosen, reason } of event.candidates) {
    const at = position === '' ? '' : ` at ${position}`;
    lines.push(
      `  ${id} ${chosen ? 'chosen' : 'not chosen'}${at}${reason === '' ? '' : `: ${reason}`}`,
    );
  }
  const spent = PHASES.flatMap(([key, words]) => {
    const ms = event.phases[key];
    return ms === null ? [] : [`${words} ${secondsText(ms)}`];
  });
  if (spent.length > 0) lines.push(`  time: ${spent.join(' · ')}`);
  return lines;
}
