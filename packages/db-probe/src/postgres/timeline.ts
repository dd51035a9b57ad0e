import type { HistoryEntry } from '@mha4rdb/kernel';
import { parseLsn } from './lsn.js';

const WAL_FILE = /^([0-9A-F]{8})[0-9A-F]{16}$/;

/** The name of a timeline's history file, `0000000A.history`. */
export function historyFileName(timeline: number): string {
  return `${timeline.toString(16).toUpperCase().padStart(8, '0')}.history`;
}

/** The timeline that a log file's name starts with; `undefined` when it is no such name. */
export function timelineOfWalFile(name: string): number | undefined {
  const digits = WAL_FILE.exec(name)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** The last 16 digits of the name of the log file that holds the byte before `lsn`. */
export function walFileSuffix(lsn: number, segmentBytes: number): string {
  const segment = Math.floor(Math.max(0, lsn - 1) / segmentBytes);
  const perHalf = 0x1_0000_0000 / segmentBytes;
  return [Math.floor(segment / perHalf), segment % perHalf]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

/**
 * Reads a timeline history file: one line for each earlier timeline, oldest first, with the place
 * where it ended. Comments, empty lines and lines that cannot be read are passed over, as the
 * server itself writes a reason in free text behind each.
 */
export function parseHistory(text: string): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const line of text.split('\n')) {
    const [timeline, switchPoint] = line.trim().split(/\s+/);
    const switchLsn = switchPoint === undefined ? undefined : parseLsn(switchPoint);
    if (!/^\d+$/.test(timeline ?? '') || switchLsn === undefined) continue;
    entries.push({ timeline: Number(timeline), switchLsn });
  }
  return entries;
}
