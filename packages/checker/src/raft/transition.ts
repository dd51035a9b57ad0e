import { lacksCommitted, newlyCommitted, restsOnMemory, voteIn, mismatch } from './checks.js';
import { partsOf, written } from './disk.js';
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
import type { NodeSteps, Stepped } from './node-step.js';
import type { RaftParts } from './parts.js';

/** A world that is being changed. */
export interface Draft {
  readonly slots: number[];
  violation: string | undefined;
}

/** Carries one step of the node at `place` into the world, and checks what it did. */
export class Transition {
  constructor(
    private readonly parts: RaftParts,
    private readonly steps: NodeSteps,
  ) {}

  /** One event on one node, with all that follows from it at once. */
  step(draft: Draft, place: number, event: number): void {
    const { slots } = draft;
    const before = slots[NODES + place] ?? 0;
    const stepped = this.steps.step(before, event);
    if (stepped.broken !== null) {
      draft.violation = stepped.broken;
      return;
    }
    slots[NODES + place] = stepped.node;
    if (stepped.write !== 0) this.beginWrite(draft, place, stepped.write);
    for (const message of stepped.sent) this.send(draft, place, message);
    this.check(draft, place, before, stepped);
  }

  /** The write that is out is durable as far as its first `count` parts (all by default). */
  finishWrite({ slots }: Draft, place: number, count?: number): void {
    const id = slots[WRITES + place] ?? 0;
    if (id === 0) return;
    const write = this.parts.writes.get(id);
    const disk = this.parts.disks.get(slots[DISKS + place] ?? 0);
    slots[DISKS + place] = this.parts.disks.id(written(disk, write, count ?? partsOf(write)));
    slots[WRITES + place] = 0;
  }

  /** At most one write is out; code that breaks that is taken to have finished the one before. */
  private beginWrite(draft: Draft, place: number, write: number): void {
    this.finishWrite(draft, place);
    draft.slots[WRITES + place] = write;
  }

  private send(draft: Draft, place: number, id: number): void {
    const { slots } = draft;
    const message = this.parts.messages.get(id);
    const state = this.parts.states.get(slots[NODES + place] ?? 0);
    const disk = this.parts.disks.get(slots[DISKS + place] ?? 0);
    draft.violation ??= restsOnMemory(message, state, disk) ?? undefined;
    const candidate = voteIn(message);
    if (candidate >= 0) this.noteVote(draft, place, message.term, candidate);
    insertSorted(slots, id);
  }

  private noteVote(draft: Draft, place: number, term: number, candidate: number): void {
    const { slots } = draft;
    const votes = slots[VOTES] ?? 0;
    const shift = voteShift(term, place);
    const known = (votes >>> shift) & 3;
    if (known !== 0 && known !== candidate + 1) {
      draft.violation ??= `OneVote: ${MEMBERS[place] ?? ''} votes for ${MEMBERS[candidate] ?? ''} in term ${term}, after ${MEMBERS[known - 1] ?? ''}`;
    }
    slots[VOTES] = (votes | ((candidate + 1) << shift)) >>> 0;
  }

  private check(draft: Draft, place: number, before: number, { node }: Stepped): void {
    if (node === before) return;
    const { slots } = draft;
    const was = this.parts.states.get(before);
    const state = this.parts.states.get(node);
    if (state.commit > was.commit) this.noteCommit(draft, node);
    if (state.role === 'leader' && (was.role !== 'leader' || was.term !== state.term)) {
      this.noteLeader(draft, place, node);
    }
    if (state.log === was.log) return;
    for (let other = 0; other < MEMBERS.length; other++) {
      if (other === place) continue;
      const theirs = this.parts.states.get(slots[NODES + other] ?? 0);
      draft.violation ??= mismatch(state, theirs) ?? undefined;
    }
  }

  private noteCommit(draft: Draft, node: number): void {
    const { slots } = draft;
    const committed = this.parts.committed.get(slots[COMMITTED] ?? 0);
    const disks = MEMBERS.map((_, each) => this.parts.disks.get(slots[DISKS + each] ?? 0));
    const news = newlyCommitted(this.parts.states.get(node), committed, disks);
    if (typeof news === 'string') draft.violation ??= news;
    else if (news.length > 0) {
      slots[COMMITTED] = this.parts.committed.id([...committed, ...news]);
    }
  }

  private noteLeader(draft: Draft, place: number, node: number): void {
    const { slots } = draft;
    const state = this.parts.states.get(node);
    const shift = leaderShift(state.term);
    const leaders = slots[LEADERS] ?? 0;
    const known = (leaders >>> shift) & 3;
    if (known !== 0 && known !== place + 1) {
      draft.violation ??= `ElectionSafety: ${MEMBERS[known - 1] ?? ''} and ${MEMBERS[place] ?? ''} both led term ${state.term}`;
    }
    slots[LEADERS] = (leaders | ((place + 1) << shift)) >>> 0;
    const committed = this.parts.committed.get(slots[COMMITTED] ?? 0);
    draft.violation ??= lacksCommitted(state, committed) ?? undefined;
  }
}

/** Messages are a bag: kept in order, so that one bag is one vector. */
function insertSorted(slots: number[], id: number): void {
  let at = slots.length;
  while (at > MESSAGES && (slots[at - 1] ?? 0) > id) at -= 1;
  slots.splice(at, 0, id);
}
