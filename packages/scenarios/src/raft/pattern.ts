import { ScriptError } from '../script/directive.js';
import type { Message } from './print.js';

export type Matches = (message: Message) => boolean;

const PATTERN = /^([\w*-]+)->([\w*-]+)(?::(\w+))?$/;
const KINDS = [
  'preVoteRequest',
  'preVoteResponse',
  'voteRequest',
  'voteResponse',
  'append',
  'appendResponse',
  'installSnapshot',
  'timeoutNow',
  'entries',
  'heartbeat',
];

/**
 * `a->b`, `a->*:append`, `*->b:voteResponse`. Besides the kinds of messages there are `entries` and
 * `heartbeat`: an append that has entries, and one that has none.
 */
export function patternOf(text: string, line: number): Matches {
  const [, from, to, kind] = PATTERN.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw new ScriptError(`"${text}" is no pattern; write a->b or a->*:append`, line);
  }
  if (kind !== undefined && !KINDS.includes(kind)) {
    throw new ScriptError(`there is no message "${kind}"; there are ${KINDS.join(', ')}`, line);
  }
  return (message) =>
    (from === '*' || from === message.from) &&
    (to === '*' || to === message.to) &&
    (kind === undefined || kind === message.kind || isAppend(message, kind));
}

function isAppend(message: Message, kind: string): boolean {
  if (message.kind !== 'append') return false;
  return kind === 'entries'
    ? message.entries.length > 0
    : kind === 'heartbeat' && message.entries.length === 0;
}

/** Messages that match any of the patterns; everything when there is none. */
export function anyOf(patterns: readonly string[], line: number): Matches {
  if (patterns.length === 0) return () => true;
  const all = patterns.map((pattern) => patternOf(pattern, line));
  return (message) => all.some((matches) => matches(message));
}
