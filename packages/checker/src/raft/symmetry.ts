import type { Vector } from '../exploration/model.js';
import { MEMBERS } from './members.js';
import {
  COMMITTED,
  DISKS,
  LEADERS,
  leaderShift,
  MESSAGES,
  NODES,
  VOTES,
  voteShift,
  WRITES,
} from './layout.js';
import type { RaftParts } from './parts.js';
import { RENAMINGS, type Renaming } from './renaming.js';

const TERMS = 5;

/**
 * One for all the vectors that differ from `state` only in who is who: members sorted by what does
 * not depend on names, and the least of the vectors where that leaves a choice. Sound because nothing in
 * Raft's decisions depends on an id but for equality: ids order only the sending of one broadcast,
 * which the model takes as one step. The votes' and leaders' history is renamed with the rest.
 */
export function canonicalRaft(parts: RaftParts, state: Vector): Vector {
  const keys = MEMBERS.map((_, place) => keyOf(parts, state, place));
  const sorted = [...keys].sort((a, b) => a - b);
  let least: Vector | null = null;
  for (const [place, renaming] of RENAMINGS.entries()) {
    // Only who is alike but for the names may stand in either order: mostly one renaming is left.
    if (keys.some((key, old) => sorted[renaming.places[old] ?? 0] !== key)) continue;
    const other = place === 0 ? state : renamedWorld(parts, state, renaming, place);
    if (least === null || isLess(other, least)) least = other;
  }
  return least ?? state;
}

/** The same for members that differ only in names. */
function keyOf(parts: RaftParts, state: Vector, place: number): number {
  const node = parts.states.orbit(state[NODES + place] ?? 0, RENAMINGS);
  const disk = parts.disks.orbit(state[DISKS + place] ?? 0, RENAMINGS);
  const write = parts.writes.orbit(state[WRITES + place] ?? 0, RENAMINGS);
  return node * 0x100000000 + disk * 0x4000 + write;
}

function renamedWorld(parts: RaftParts, state: Vector, renaming: Renaming, place: number): Vector {
  const slots = [...state];
  for (let old = 0; old < MEMBERS.length; old++) {
    const now = renaming.places[old] ?? 0;
    slots[NODES + now] = parts.states.renamed(state[NODES + old] ?? 0, renaming, place);
    slots[DISKS + now] = parts.disks.renamed(state[DISKS + old] ?? 0, renaming, place);
    slots[WRITES + now] = parts.writes.renamed(state[WRITES + old] ?? 0, renaming, place);
  }
  slots[LEADERS] = renamedLeaders(state[LEADERS] ?? 0, renaming);
  slots[VOTES] = renamedVotes(state[VOTES] ?? 0, renaming);
  slots[COMMITTED] = state[COMMITTED] ?? 0;
  const messages: number[] = [];
  for (let at = MESSAGES; at < state.length; at++) {
    messages.push(parts.messages.renamed(state[at] ?? 0, renaming, place));
  }
  messages.sort((a, b) => a - b);
  for (const [at, message] of messages.entries()) slots[MESSAGES + at] = message;
  return slots;
}

function renamedMember(member: number, { places }: Renaming): number {
  return member === 0 ? 0 : (places[member - 1] ?? 0) + 1;
}

function renamedLeaders(leaders: number, renaming: Renaming): number {
  let result = 0;
  for (let term = 1; term <= TERMS; term++) {
    const shift = leaderShift(term);
    result |= renamedMember((leaders >>> shift) & 3, renaming) << shift;
  }
  return result >>> 0;
}

function renamedVotes(votes: number, renaming: Renaming): number {
  let result = 0;
  for (let term = 1; term <= TERMS; term++) {
    for (let place = 0; place < MEMBERS.length; place++) {
      const candidate = renamedMember((votes >>> voteShift(term, place)) & 3, renaming);
      result |= candidate << voteShift(term, renaming.places[place] ?? 0);
    }
  }
  return result >>> 0;
}

function isLess(one: Vector, other: Vector): boolean {
  for (let at = 0; at < one.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
