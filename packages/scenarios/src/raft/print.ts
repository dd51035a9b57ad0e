import {
  isJoint,
  type Configuration,
  type HardState,
  type LogEntry,
  type RaftMessage,
  type RoleChanged,
} from '@mha4rdb/core';

export type Message = RaftMessage<string, readonly string[]>;

const LISTED = 6;

/** `7/2 x`: index, term, what it says. */
export function entryText({ index, term, payload }: LogEntry<string>): string {
  switch (payload.kind) {
    case 'noop':
      return `${index}/${term} noop`;
    case 'command':
      return `${index}/${term} ${payload.command}`;
    case 'config':
      return `${index}/${term} ${configurationText(payload.configuration)}`;
  }
}

/** Entries one by one; of many only their indices and terms: `2-4/1 5-6/4`. */
export function entriesText(entries: readonly LogEntry<string>[]): string {
  if (entries.length === 0) return 'nothing';
  if (entries.length <= LISTED) return entries.map(entryText).join(', ');
  const runs: { from: number; to: number; term: number }[] = [];
  for (const { index, term } of entries) {
    const run = runs.at(-1);
    if (run?.term === term) run.to = index;
    else runs.push({ from: index, to: index, term });
  }
  return runs
    .map(({ from, to, term }) => `${from === to ? from : `${from}-${to}`}/${term}`)
    .join(' ');
}

export function configurationText(configuration: Configuration): string {
  const { voters, votersOutgoing, learners } = configuration;
  return [
    `voters ${voters.join(' ') || 'none'}`,
    ...(isJoint(configuration) ? [`outgoing ${votersOutgoing.join(' ')}`] : []),
    ...(learners.length > 0 ? [`learners ${learners.join(' ')}`] : []),
  ].join(' ');
}

export function hardStateText({ term, votedFor, retired }: HardState): string {
  const more = retired === undefined ? '' : `, retired by ${retired}`;
  return `term ${term} vote ${votedFor ?? 'none'}${more}`;
}

export function roleText({ role, term, leader }: Omit<RoleChanged, 'kind'>): string {
  if (role === 'leader') return `leader of term ${term}`;
  const whom = role !== 'follower' ? '' : leader === null ? ' of nobody' : ` of ${leader}`;
  return `${role}${whom} in term ${term}`;
}

/** One message on one line: `a -> b append t2 after 3/1: 4/2 x; commit 3`. */
export function messageText(message: Message): string {
  const { from, to, kind, term } = message;
  return `${from} -> ${to} ${kind} t${term} ${contentText(message)}`.trimEnd();
}

function contentText(message: Message): string {
  switch (message.kind) {
    case 'preVoteRequest':
      return `log ${message.lastIndex}/${message.lastTerm}`;
    case 'voteRequest':
      return `log ${message.lastIndex}/${message.lastTerm}${message.transfer ? ' transfer' : ''}`;
    case 'preVoteResponse':
    case 'voteResponse':
      return message.granted ? 'granted' : 'refused';
    case 'append': {
      const { prevIndex, prevTerm, entries, commit } = message;
      const what = entries.length === 0 ? '' : `: ${entriesText(entries)}`;
      return `after ${prevIndex}/${prevTerm}${what}; commit ${commit}`;
    }
    case 'installSnapshot': {
      const { index, term, configuration } = message.snapshot;
      return `${index}/${term} ${configurationText(configuration)}`;
    }
    case 'appendResponse':
      return message.outcome.kind === 'matched'
        ? `matched ${message.outcome.index}`
        : `rejected ${message.outcome.prevIndex}, look at ${message.outcome.hintIndex}/${message.outcome.hintTerm}`;
    default:
      return '';
  }
}
