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
export function operationTaken(name: string, { operationId, alreadySo, to }: Operation): string {
  if (alreadySo) return `${name}: nothing to do, it is so already`;
  return `operation ${operationId}: ${name}${to === null ? '' : ` to ${to}`} under way`;
}

export function outcomeLine({ result, kind, to, epoch, writeGapMs }: HistoryItem): string {
  if (result !== 'done') {
    return result.startsWith('failed') ? `${kind} ${result}` : `${kind} failed: ${result}`;
  }
  const gap = writeGapMs === null ? '' : `, write gap ${millisecondsText(writeGapMs)}`;
  return to === null || kind === 'pause' || kind === 'resume'
    ? `${kind} done`
    : `${kind} done: ${to} is primary (epoch ${epoch})${gap}`;
}
