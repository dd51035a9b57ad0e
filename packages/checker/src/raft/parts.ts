import type { HardState, LogEntry } from '@mha4rdb/core';
import { encodeCanonical } from '@mha4rdb/kernel';
import { Interner } from '../exploration/interner.js';
import { renamed, type Renaming } from './renaming.js';
import { timeless, timelessMessage, type Message, type State } from './timeless.js';

export type Machine = null;
export type Entry = LogEntry<string>;

/** What is on a node's disk. All nodes begin with the same snapshot at index 1, which is left out. */
export interface Disk {
  readonly hardState: HardState;
  readonly entries: readonly Entry[];
}

/** A write that is out: its parts, in the order in which they become durable. */
export interface Write {
  readonly hardState: HardState | null;
  readonly truncateFrom: number | null;
  readonly entries: readonly Entry[];
}

/** Values of one kind, with what each becomes when members change places. */
export class Parts<Value> {
  private readonly interner = new Interner<Value>();
  private readonly renamings: number[][] = [];
  private readonly orbits: number[] = [];

  constructor(private readonly textOf: (value: Value) => string) {}

  get size(): number {
    return this.interner.size;
  }

  id(value: Value): number {
    return this.interner.intern(this.textOf(value), value);
  }

  get(id: number): Value {
    return this.interner.get(id);
  }

  renamed(id: number, renaming: Renaming, place: number): number {
    if (id === 0) return 0;
    const known = (this.renamings[place] ??= []);
    return (known[id] ??= this.id(renamed(this.get(id), renaming)));
  }

  /** One number for all that `id` may be renamed to. */
  orbit(id: number, renamings: readonly Renaming[]): number {
    if (id === 0) return 0;
    return (this.orbits[id] ??= Math.min(
      ...renamings.map((renaming, place) => this.renamed(id, renaming, place)),
    ));
  }
}

/** Every local part of a world that the models of one run have met. */
export class RaftParts {
  readonly states = new Parts<State>((state) => encodeCanonical(timelessText(state)));
  readonly messages = new Parts<Message>(encodeCanonical);
  readonly disks = new Parts<Disk>(encodeCanonical);
  readonly writes = new Parts<Write>(encodeCanonical);
  /** What was ever committed, from index 2 on. */
  readonly committed = new Parts<readonly Entry[]>(encodeCanonical);

  state(state: State): number {
    return this.states.id(timeless(state));
  }

  message(message: Message): number {
    return this.messages.id(timelessMessage(message));
  }
}

/** What is the same in every state of one model is left out: the text is made for every new one. */
function timelessText({ options, snapshot, ...rest }: State): unknown {
  return { id: options.id, snapshot: snapshot?.index ?? null, ...rest };
}
