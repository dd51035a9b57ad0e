import type { Emit, Model, Vector } from '../exploration/model.js';
import { SHIPPED, type RaftCode } from './code.js';
import { describeRaft, labelRaft } from './describe.js';
import { EMPTY_DISK, partsOf } from './disk.js';
import {
  BUDGETS,
  budgetSlot,
  COMMITTED,
  DISKS,
  MESSAGES,
  NODES,
  WRITES,
  type Budget,
} from './layout.js';
import { MEMBERS, placeOf } from './members.js';
import {
  HEARTBEAT,
  NodeSteps,
  PERSISTED,
  PROPOSE,
  QUORUM_LOST,
  receiving,
  TIMEOUT,
} from './node-step.js';
import { RaftParts } from './parts.js';
import { play, type Script } from '../exploration/script.js';
import { PARTS, STEP, TORN } from './steps.js';
import { canonicalRaft } from './symmetry.js';
import { Transition, type Draft } from './transition.js';

/** What a Raft model bounds. */
export interface RaftBounds {
  /** No campaign beyond this term (the first is 1). */
  readonly terms: number;
  /** Messages on their way at once; a step that would send more is not taken. */
  readonly channel: number;
  /**
   * `slow`: writes end whenever they like, and nodes go on meanwhile. `quick`: a write ends with the
   * step that began it, or its node crashes there and then: fewer interleavings, so deeper ones.
   */
  readonly disks: 'slow' | 'quick';
  readonly budgets: Readonly<Record<Budget, number>>;
}

/** What each budget is while a script plays. */
const PRELUDE = 50;

const CALM: readonly number[] = [STEP.persisted, STEP.deliver];

/** Three voters that run the shipped Raft over a network that loses, copies and reorders. */
export class RaftModel implements Model {
  readonly parts = new RaftParts();
  private readonly steps: NodeSteps;
  private readonly transition: Transition;
  private readonly first: Vector;
  private room = PRELUDE;

  constructor(
    readonly name: string,
    readonly about: string,
    private readonly bounds: RaftBounds,
    code: RaftCode = SHIPPED,
    script: Script = [],
  ) {
    this.steps = new NodeSteps(code, this.parts);
    this.transition = new Transition(this.parts, this.steps);
    this.first = this.withBudgets(
      play(this, this.withBudgets(this.bootstrap(), PRELUDE), script, CALM, [STEP.lose]),
    );
    this.room = this.bounds.channel;
  }

  readonly initial = (): Vector => this.first;

  readonly canonical = (state: Vector): Vector => canonicalRaft(this.parts, state);

  readonly violation = (): string | null => null;

  readonly label = (before: Vector, what: number, detail: number): string =>
    labelRaft(this.parts, before, what, detail);

  readonly describe = (state: Vector): readonly string[] => describeRaft(this.parts, state);

  readonly successors = (state: Vector, emit: Emit): void => {
    for (let place = 0; place < MEMBERS.length; place++) this.local(state, place, emit);
    for (let at = MESSAGES; at < state.length; at++) {
      if (state[at] !== state[at - 1] || at === MESSAGES) this.deliveries(state, at, emit);
    }
  };

  private bootstrap(): Vector {
    const slots = new Array<number>(MESSAGES).fill(0);
    const disk = this.parts.disks.id(EMPTY_DISK);
    for (let place = 0; place < MEMBERS.length; place++) {
      slots[DISKS + place] = disk;
      slots[NODES + place] = this.steps.start(place, disk);
    }
    slots[COMMITTED] = this.parts.committed.id([]);
    return slots;
  }

  private withBudgets(state: Vector, each?: number): Vector {
    const slots = [...state];
    for (const budget of BUDGETS) slots[budgetSlot(budget)] = each ?? this.bounds.budgets[budget];
    return slots;
  }

  private local(state: Vector, place: number, emit: Emit): void {
    const node = this.parts.states.get(state[NODES + place] ?? 0);
    const leads = node.role === 'leader';
    const step = (event: number, what: number, budget?: Budget): void => {
      if (budget !== undefined && (state[budgetSlot(budget)] ?? 0) === 0) return;
      const draft = draftOf(state);
      if (budget !== undefined) spend(draft, budget);
      if (event === PERSISTED) this.transition.finishWrite(draft, place);
      // Code that does not wait for its disk hears nothing of the write's end.
      if (event !== PERSISTED || node.persistence.inFlight !== null) {
        this.transition.step(draft, place, event);
      }
      this.emit(draft, state, emit, what, place);
    };
    if (state[WRITES + place] !== 0) step(PERSISTED, STEP.persisted);
    if (leads) {
      step(HEARTBEAT, STEP.heartbeat, 'heartbeats');
      step(QUORUM_LOST, STEP.quorumLost, 'timeouts');
      step(PROPOSE, STEP.propose, 'proposals');
    } else if (node.term < this.bounds.terms) step(TIMEOUT, STEP.timeout, 'timeouts');
    this.crashes(state, place, emit);
  }

  /** The process ends, and starts again: with any beginning of its last write on disk. */
  private crashes(state: Vector, place: number, emit: Emit): void {
    if ((state[budgetSlot('crashes')] ?? 0) === 0) return;
    const write = state[WRITES + place] ?? 0;
    const most = write === 0 ? 0 : partsOf(this.parts.writes.get(write));
    for (let parts = 0; parts <= most; parts++) {
      const draft = draftOf(state);
      this.crash(draft, place, parts);
      this.emit(draft, state, emit, STEP.crash, place * PARTS + parts);
    }
  }

  private crash(draft: Draft, place: number, parts: number): void {
    spend(draft, 'crashes');
    this.transition.finishWrite(draft, place, parts);
    draft.slots[NODES + place] = this.steps.start(place, draft.slots[DISKS + place] ?? 0);
  }

  private deliveries(state: Vector, at: number, emit: Emit): void {
    const id = state[at] ?? 0;
    const place = placeOf(this.parts.messages.get(id).to);
    const without = draftOf(state);
    without.slots.splice(at, 1);
    const delivered = { slots: [...without.slots], violation: undefined };
    this.transition.step(delivered, place, receiving(id));
    this.emit(delivered, state, emit, STEP.deliver, id);
    if ((state[budgetSlot('copies')] ?? 0) > 0) {
      const kept = draftOf(state);
      spend(kept, 'copies');
      this.transition.step(kept, place, receiving(id));
      this.emit(kept, state, emit, STEP.deliverCopy, id);
    }
    if ((state[budgetSlot('losses')] ?? 0) > 0) {
      spend(without, 'losses');
      this.emit(without, state, emit, STEP.lose, id);
    }
  }

  private emit(draft: Draft, before: Vector, emit: Emit, what: number, detail: number): void {
    if (this.bounds.disks === 'slow') return this.finish(draft, before, emit, what, detail);
    const begun = draftOf(draft.slots);
    for (let place = 0; place < MEMBERS.length; place++) this.writeAll(draft, place);
    this.finish(draft, before, emit, what, detail);
    if (draft.violation !== undefined) return;
    for (let place = 0; place < MEMBERS.length; place++) {
      if (begun.slots[WRITES + place] !== 0) this.tear(begun, place, before, emit, what, detail);
    }
  }

  /** A quick write that its node's crash cuts short, after any number of its parts. */
  private tear(
    draft: Draft,
    place: number,
    before: Vector,
    emit: Emit,
    what: number,
    detail: number,
  ): void {
    if ((draft.slots[budgetSlot('crashes')] ?? 0) === 0) return;
    const most = partsOf(this.parts.writes.get(draft.slots[WRITES + place] ?? 0));
    for (let parts = 0; parts < most; parts++) {
      const torn = { slots: [...draft.slots], violation: draft.violation };
      this.crash(torn, place, parts);
      this.finish(torn, before, emit, what, detail + TORN * (parts + 1));
    }
  }

  private writeAll(draft: Draft, place: number): void {
    while (draft.slots[WRITES + place] !== 0 && draft.violation === undefined) {
      this.transition.finishWrite(draft, place);
      const node = this.parts.states.get(draft.slots[NODES + place] ?? 0);
      if (node.persistence.inFlight !== null) this.transition.step(draft, place, PERSISTED);
    }
  }

  private finish(draft: Draft, before: Vector, emit: Emit, what: number, detail: number): void {
    this.dropStale(draft.slots);
    const full = draft.slots.length - MESSAGES > this.room;
    if (full && draft.slots.length > before.length && draft.violation === undefined) return;
    emit(draft.slots, what, detail, draft.violation);
  }

  /** Answers of a term that their receiver's disk is past do nothing, whatever happens (R36). */
  private dropStale(slots: number[]): void {
    for (let at = slots.length - 1; at >= MESSAGES; at--) {
      const message = this.parts.messages.get(slots[at] ?? 0);
      if (!message.kind.endsWith('Response')) continue;
      const disk = this.parts.disks.get(slots[DISKS + placeOf(message.to)] ?? 0);
      if (message.term < disk.hardState.term) slots.splice(at, 1);
    }
  }
}

function draftOf(state: Vector): Draft {
  return { slots: [...state], violation: undefined };
}

function spend({ slots }: Draft, budget: Budget): void {
  slots[budgetSlot(budget)] = (slots[budgetSlot(budget)] ?? 0) - 1;
}
