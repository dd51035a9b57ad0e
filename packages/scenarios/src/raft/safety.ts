import { termAt } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import { ScriptError } from '../script/directive.js';
import { termOnDisk } from './disk.js';
import { entryText, messageText, type Message } from './print.js';
import type { Host, RaftWorld, Result } from './world.js';

/** What happened so far, over restarts: an output may be renewed, a broken property never. */
export interface Ledger {
  readonly leaderOfTerm: Map<number, NodeId>;
  /** `node/term` → for whom it voted. */
  readonly votes: Map<string, NodeId>;
  /** By index: the entry that somebody applied. */
  readonly applied: Map<number, string>;
  readonly committedTerm: Map<number, number>;
  /** `node/term` → how far the commit of that leader was looked at. */
  readonly commit: Map<string, number>;
}

export function newLedger(): Ledger {
  return {
    leaderOfTerm: new Map(),
    votes: new Map(),
    applied: new Map(),
    committedTerm: new Map(),
    commit: new Map(),
  };
}

/** Raft's safety properties after every event: A4.3 of the rules, over the whole history. */
export function checkSafety(world: RaftWorld, host: Host, result: Result): void {
  checkLeader(world, host);
  for (const effect of result.effects) {
    if (effect.kind === 'send') checkMessage(world, host, effect.message);
    if (effect.kind !== 'apply') continue;
    for (const entry of effect.entries) {
      const text = entryText(entry);
      const before = world.ledger.applied.get(entry.index);
      demand(world, before === undefined || before === text, 'what is applied is the same', {
        [host.id]: text,
        before,
      });
      world.ledger.applied.set(entry.index, text);
      world.ledger.committedTerm.set(entry.index, entry.term);
    }
  }
  checkCommit(world, host);
}

/** One leader in a term, ever; and it has all that was ever committed (leader completeness). */
function checkLeader({ ledger, ...world }: RaftWorld, { id, state }: Host): void {
  if (state?.role !== 'leader') return;
  const before = ledger.leaderOfTerm.get(state.term);
  demand(world, before === undefined || before === id, 'a term has one leader', {
    term: state.term,
    before,
    now: id,
  });
  if (before !== undefined) return;
  ledger.leaderOfTerm.set(state.term, id);
  for (const [index, term] of ledger.committedTerm) {
    if (index <= state.log.baseIndex) continue;
    const ours = termAt(state, index as never);
    demand(world, ours === term, 'a leader has every committed entry', { id, index, term, ours });
  }
}

/** No vote for two in a term, and nothing acknowledged or granted that the disk does not hold (R1). */
function checkMessage(world: RaftWorld, { id, disk, state }: Host, message: Message): void {
  const text = messageText(message);
  if (message.kind === 'voteResponse' && message.granted) {
    const key = `${id}/${message.term}`;
    const before = world.ledger.votes.get(key);
    demand(world, before === undefined || before === message.to, 'a node votes once in a term', {
      text,
      before,
    });
    world.ledger.votes.set(key, message.to);
    const { term = 0, votedFor = null } = disk?.hardState ?? {};
    demand(world, term > message.term || votedFor === message.to, 'a vote is on disk', { text });
  }
  if (message.kind === 'appendResponse' && message.outcome.kind === 'matched') {
    const { index } = message.outcome;
    const onDisk = termOnDisk(disk, index);
    // One that waited for its write speaks of the log in its own term, which may be gone by now.
    const ours = state?.term === message.term ? termAt(state, index) : onDisk;
    const compacted = index <= (disk?.snapshot?.index ?? 0);
    demand(
      world,
      compacted || (onDisk !== undefined && onDisk === ours),
      'an acknowledgement is on disk',
      { text },
    );
  }
}

/** What a leader commits is on the disks of a majority, in each half of its configuration then. */
function checkCommit(world: RaftWorld, { id, state }: Host): void {
  if (state?.role !== 'leader') return;
  const key = `${id}/${state.term}`;
  const before = world.ledger.commit.get(key);
  world.ledger.commit.set(key, state.commit);
  if (state.commit <= (before ?? state.commit)) return;
  const term = termAt(state, state.commit);
  const { voters, votersOutgoing } = state.configuration.value;
  for (const half of [voters, votersOutgoing]) {
    const holding = half.filter((id) => {
      const disk = world.hosts.get(id)?.disk ?? null;
      return (
        state.commit <= (disk?.snapshot?.index ?? 0) || termOnDisk(disk, state.commit) === term
      );
    });
    demand(
      world,
      half.length === 0 || holding.length * 2 > half.length,
      'a majority holds what is committed',
      { commit: state.commit, half, holding },
    );
  }
}

function demand(
  world: Pick<RaftWorld, 'line'>,
  holds: boolean,
  what: string,
  details: Readonly<Record<string, unknown>>,
): void {
  if (!holds) throw new ScriptError(`${what}: broken, ${JSON.stringify(details)}`, world.line);
}
