import { InvariantError } from '@mha4rdb/kernel';
import type { Event, RaftCode, Result } from './code.js';
import type { RaftParts, Write } from './parts.js';
import { NOW, withElectionDue, withHeartbeatDue, type State } from './timeless.js';

/** What a node can be told, besides its messages. */
export const TIMEOUT = 0;
export const HEARTBEAT = 1;
export const QUORUM_LOST = 2;
export const PERSISTED = 3;
export const PROPOSE = 4;
const FIRST_MESSAGE = 16;

export function receiving(message: number): number {
  return FIRST_MESSAGE + message;
}

/** What one event did to one node, in interned parts. */
export interface Stepped {
  readonly node: number;
  /** The write that it began; 0 for none. */
  readonly write: number;
  readonly sent: readonly number[];
  /** A rule of Raft that the code itself found broken, or null. */
  readonly broken: string | null;
}

/**
 * Steps nodes, each distinct (state, event) once: the step is pure, so that what it did once it
 * always does. This is where the shipped code runs; all else is bookkeeping.
 */
export class NodeSteps {
  private readonly known = new Map<number, Stepped>();
  private readonly starts = new Map<number, number>();

  constructor(
    private readonly code: RaftCode,
    private readonly parts: RaftParts,
  ) {}

  /** How many different things nodes were told: calls of the code under test. */
  get calls(): number {
    return this.known.size;
  }

  step(node: number, event: number): Stepped {
    const key = node * 0x200000 + event;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const stepped = this.run(this.parts.states.get(node), event);
    this.known.set(key, stepped);
    return stepped;
  }

  /** A node that starts from a disk. */
  start(place: number, disk: number): number {
    const key = disk * 8 + place;
    const known = this.starts.get(key);
    if (known !== undefined) return known;
    const { state } = this.code.start(place, this.parts.disks.get(disk));
    const node = this.parts.state(state);
    this.starts.set(key, node);
    return node;
  }

  private run(state: State, event: number): Stepped {
    try {
      return this.interned(this.apply(state, event));
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      return { node: 0, write: 0, sent: [], broken: error.message };
    }
  }

  private apply(state: State, event: number): Result {
    const { code } = this;
    const tick: Event = { kind: 'tick', now: NOW };
    switch (event) {
      case TIMEOUT:
        return code.step(withElectionDue(state), tick);
      case HEARTBEAT:
        return code.step(withHeartbeatDue(state), tick);
      case QUORUM_LOST:
        return code.step(state, tick);
      case PERSISTED: {
        const ticket = state.persistence.inFlight?.ticket ?? -1;
        return code.step(state, { kind: 'persisted', now: NOW, ticket });
      }
      case PROPOSE:
        return code.step(state, { kind: 'propose', now: NOW, command: `in term ${state.term}` });
      default: {
        const message = this.parts.messages.get(event - FIRST_MESSAGE);
        return code.step(state, { kind: 'receive', now: NOW, message });
      }
    }
  }

  private interned({ state, effects }: Result): Stepped {
    const sent: number[] = [];
    let write = 0;
    for (const effect of effects) {
      if (effect.kind === 'send') sent.push(this.parts.message(effect.message));
      if (effect.kind === 'persist') {
        const part: Write = {
          hardState: effect.hardState ?? null,
          truncateFrom: effect.truncateFrom ?? null,
          entries: effect.entries,
        };
        write = this.parts.writes.id(part);
      }
    }
    return { node: this.parts.state(state), write, sent, broken: null };
  }
}
