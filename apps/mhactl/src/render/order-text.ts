import type { HistoryItem, Operation } from '@mha4rdb/client';
import { bytesText, millisecondsText } from './words.js';

/** What would happen, and what it would cost. */
export function planText(operation: Operation): string {
  if (operation.alreadySo) return 'nothing to do: it is so already';
  const steps = operation.plan.map(
    ({ member, action }, index) => `${index + 1}. ${member === '' ? '' : `${member}: `}${action}`,
  );
  const { from, to, expectedGapMs, expectedLossBytes } = operation;
  return [
    ...(to === null ? [] : [`from ${from ?? 'nobody'} to ${to}`]),
    ...steps,
    ...(expectedGapMs === null ? [] : [`expected write gap: ${millisecondsText(expectedGapMs)}`]),
    ...(to === null
      ? []
      : [
          `expected loss: ${expectedLossBytes === null ? 'unknown' : bytesText(expectedLossBytes)}`,
        ]),
  ].join('\n');
}

/** The first line of an order that was taken: what to look for if the rest does not come. */
export function operationTaken(
  name: string,
  { operationId, alreadySo, to }: Operation,
  taken = 'under way',
): string {
  if (alreadySo) return `${name}: nothing to do, it is so already`;
  return `operation ${operationId}: ${name}${to === null ? '' : ` to ${to}`} ${taken}`;
}

/** Once the old primary has let go, whoever has everything takes over, which may be a third one. */
export function isAsAsked({ to }: HistoryItem, asked: string | undefined): boolean {
  return asked === undefined || to === asked;
}

/** Kinds whose `to` is the primary that came of them. */
const OF_A_PRIMARY = ['forming', 'failover', 'restart', 'switchover'];

export function outcomeLine(item: HistoryItem, asked?: string): string {
  const { result, kind, to, epoch, writeGapMs } = item;
  if (result !== 'done') {
    return result.startsWith('failed') ? `${kind} ${result}` : `${kind} failed: ${result}`;
  }
  const gap = writeGapMs === null ? '' : `, write gap ${millisecondsText(writeGapMs)}`;
  if (!isAsAsked(item, asked)) {
    return `${kind} failed: ${asked} could not take over, and ${to ?? 'nobody'} is primary (epoch ${epoch})${gap}`;
  }
  return to === null || !OF_A_PRIMARY.includes(kind)
    ? `${kind} done`
    : `${kind} done: ${to} is primary (epoch ${epoch})${gap}`;
}
