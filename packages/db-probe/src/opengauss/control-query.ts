import type { Row } from '../postgres/probe-rows.js';
import { readHaState, type HaState } from './ha-state.js';
import { readWalReceiver, readWalSender, type WalReceiver, type WalSender } from './wal-peers.js';

/** What `gs_ctl query` or `vb_ctl query` said. */
export type ControlQuery =
  | {
      readonly kind: 'live';
      readonly ha: HaState;
      readonly senders: readonly WalSender[];
      readonly receiver?: WalReceiver;
    }
  /** The tool could not log in: what the state file says, a hint that is stale after a crash. */
  | { readonly kind: 'from-file'; readonly ha: HaState; readonly reason: string }
  | { readonly kind: 'not-running'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly text: string };

const NOT_RUNNING = [
  /PID file "[^"]*" does not exist/,
  /could not connect to the local server, the postmaster process \d+ is not running/,
  /no server running/,
];

/** `HA state:` and its like stand at one space, values at a tab; the file's lines at eight spaces. */
const TITLE = /^ (HA state|Senders info|Receiver info|Paxos replication info):\s*$/;
const VALUE = /^(\s+)([a-z_]+)\s*: ?(.*?)\s*$/;

/** Reads the standard output of the tool, run with `LC_ALL=C`. */
export function readControlQuery(text: string, exitCode: number): ControlQuery {
  const lines = text.split('\n');
  const stopped = lines.find((line) => NOT_RUNNING.some((pattern) => pattern.test(line)));
  if (stopped !== undefined) return { kind: 'not-running', reason: withoutPrefix(stopped) };
  const blocks = blocksOf(lines);
  const [row] = blocks.get('HA state') ?? [];
  if (exitCode !== 0 || row === undefined || row['local_role'] === undefined) {
    return { kind: 'unknown', text: text.trim().slice(0, 400) };
  }
  if (lines.some((line) => /^ {8}local_role/.test(line))) {
    const detail = row['detail_information'];
    const reason = typeof detail === 'string' ? detail : 'the tool could not log in';
    return { kind: 'from-file', ha: readHaState(row), reason };
  }
  const [receiver] = (blocks.get('Receiver info') ?? []).flatMap(
    (each) => readWalReceiver(each) ?? [],
  );
  return {
    kind: 'live',
    ha: readHaState(row),
    senders: (blocks.get('Senders info') ?? []).flatMap((each) => readWalSender(each) ?? []),
    ...(receiver === undefined ? {} : { receiver }),
  };
}

/** The rows under each title; a blank line between two of them begins another. */
function blocksOf(lines: readonly string[]): ReadonlyMap<string, readonly Row[]> {
  const blocks = new Map<string, Record<string, string>[]>();
  let title = 'HA state';
  let row: Record<string, string> | undefined;
  for (const line of lines) {
    const named = TITLE.exec(line)?.[1];
    const value = VALUE.exec(line);
    if (named !== undefined) {
      title = named;
      row = undefined;
    } else if (value === null) {
      row = undefined;
    } else {
      if (row === undefined) {
        row = {};
        blocks.set(title, [...(blocks.get(title) ?? []), row]);
      }
      row[value[2] ?? ''] = value[3] ?? '';
    }
  }
  return blocks;
}

/** `[2026-01-02 03:04:05.678][4711][node1][gs_ctl]: text` without what stands before the text. */
export function withoutPrefix(line: string): string {
  return line.replace(/^\[[^\]]*\]\[\d+\]\[[^\]]*\]\[[^\]]*\]:\s*/, '').trim();
}
