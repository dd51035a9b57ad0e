import { MEMBERS, placeOf } from './members.js';
import { holds } from './disk.js';
import type { Disk, Entry } from './parts.js';
import type { Message, State } from './timeless.js';

/** The entry at `index`, or undefined; 2 is the first one after the snapshot that all began with. */
export function entryAt(state: State, index: number): Entry | undefined {
  return state.log.entries[index - state.log.baseIndex - 1];
}

/**
 * What a message rests on must be on its sender's disk when it leaves (R1, R2). Judged from the disk
 * alone, not from what the code believes about it. Null when it is.
 */
export function restsOnMemory(message: Message, state: State, disk: Disk): string | null {
  switch (message.kind) {
    case 'append':
    case 'installSnapshot':
    case 'timeoutNow':
      return null;
    case 'voteRequest':
      return voteIsDurable(disk, message.term, message.from)
        ? null
        : unsynced(message, 'its own vote is not on disk');
    case 'voteResponse':
      if (disk.hardState.term < message.term) return unsynced(message, 'its term is not on disk');
      return !message.granted || voteIsDurable(disk, message.term, message.to)
        ? null
        : unsynced(message, 'the vote is not on disk');
    case 'appendResponse': {
      if (disk.hardState.term < message.term) return unsynced(message, 'its term is not on disk');
      if (message.outcome.kind === 'rejected' || state.term !== message.term) return null;
      const entry = entryAt(state, message.outcome.index);
      return entry === undefined || holds(disk, entry)
        ? null
        : unsynced(message, `entry ${entry.index} is not on disk`);
    }
    default:
      return null;
  }
}

function voteIsDurable({ hardState }: Disk, term: number, candidate: string): boolean {
  return hardState.term > term || (hardState.term === term && hardState.votedFor === candidate);
}

function unsynced(message: Message, why: string): string {
  return `PersistBeforeSend: ${message.from} sends ${message.kind} of term ${message.term}, but ${why}`;
}

/** `(index, term)` names one entry, and one log up to it. Null when two logs agree so far. */
export function mismatch(one: State, other: State): string | null {
  const last = Math.min(one.log.entries.length, other.log.entries.length);
  let differs = false;
  for (let place = 0; place < last; place++) {
    const mine = one.log.entries[place];
    const theirs = other.log.entries[place];
    if (mine === undefined || theirs === undefined || mine === theirs) continue;
    const same = mine.term === theirs.term;
    if (same && (differs || textOf(mine) !== textOf(theirs))) {
      return `LogMatching: ${one.options.id} and ${other.options.id} differ at or below ${mine.index} of term ${mine.term}`;
    }
    differs ||= !same;
  }
  return null;
}

function textOf({ payload }: Entry): string {
  return payload.kind === 'command' ? payload.command : payload.kind;
}

/** A leader has all that was committed before it won. */
export function lacksCommitted(leader: State, committed: readonly Entry[]): string | null {
  const missing = committed.find(({ index, term }) => entryAt(leader, index)?.term !== term);
  return missing === undefined
    ? null
    : `LeaderCompleteness: ${leader.options.id} leads term ${leader.term} without ${missing.index}/${missing.term}, which was committed`;
}

/** What `state` counts as committed beyond what was known to be; a string says what is wrong with it. */
export function newlyCommitted(
  state: State,
  committed: readonly Entry[],
  disks: readonly Disk[],
): readonly Entry[] | string {
  const news: Entry[] = [];
  for (let index = 2; index <= state.commit; index++) {
    const entry = entryAt(state, index);
    if (entry === undefined) continue;
    const known = committed[index - 2];
    if (known !== undefined) {
      if (known.term === entry.term) continue;
      return `StateMachineSafety: ${state.options.id} commits ${index}/${entry.term}, but ${index}/${known.term} was committed`;
    }
    const copies = disks.filter((disk) => holds(disk, entry)).length;
    if (copies * 2 <= MEMBERS.length) {
      return `CommittedIsDurable: ${index}/${entry.term} is committed and on ${copies} disk(s) only`;
    }
    news.push(entry);
  }
  return news;
}

/** For whom a message shows that its sender voted: the place of the candidate, or -1. */
export function voteIn(message: Message): number {
  if (message.kind === 'voteRequest') return placeOf(message.from);
  return message.kind === 'voteResponse' && message.granted ? placeOf(message.to) : -1;
}
