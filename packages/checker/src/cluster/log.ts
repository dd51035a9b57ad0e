import type { ClusterState, Command } from '@mha4rdb/core';
import { encodeCanonical, logIndexOf, type Term } from '@mha4rdb/kernel';
import { Interner } from '../exploration/interner.js';
import type { ClusterCode } from './code.js';
import { BASE_INDEX, FIRST_TERM, foundedState, withoutHistory, type Setting } from './founding.js';

/** A log of committed commands: what Raft is checked to be, elsewhere (docs/model-checker.md). */
export interface Log {
  /** Interned commands after the preset's, oldest first. */
  readonly commands: readonly number[];
  /** What applying all of them gives. */
  readonly state: ClusterState;
}

/** Every log that a model has met. */
export class Logs {
  private readonly logs = new Interner<Log>();
  private readonly extended = new Map<number, number>();

  constructor(
    setting: Setting,
    private readonly code: ClusterCode,
    private readonly commandOf: (id: number) => Command,
    private readonly idOf: (command: Command) => number,
  ) {
    this.logs.intern('', { commands: [], state: foundedState(setting) });
  }

  /** Index of the entry before the first command. */
  get base(): number {
    return BASE_INDEX;
  }

  get first(): number {
    return 1;
  }

  get(id: number): Log {
    return this.logs.get(id);
  }

  get term(): Term {
    return FIRST_TERM;
  }

  /** The log with `command` at its end; 0 where its guard refuses it, which changes nothing. */
  append(log: number, command: number): number {
    const key = log * 0x100000 + command;
    const known = this.extended.get(key);
    if (known !== undefined) return known;
    const next = this.extend(this.logs.get(log), command);
    this.extended.set(key, next);
    return next;
  }

  private extend({ commands, state }: Log, id: number): number {
    const command = this.code.guarded(state, this.commandOf(id));
    // One renewal of each grant is enough: its end is an event of its own.
    const renews = command.type === 'RenewGrant' || command.type === 'KeepGrant';
    if (renews && commands.includes(id)) return 0;
    const place = { index: logIndexOf(BASE_INDEX + commands.length + 1), term: FIRST_TERM };
    const applied = this.code.applyCommand(state, command, place);
    if (applied.refused !== null) return 0;
    const longer = [...commands, this.idOf(command)];
    const after = withoutHistory(applied.state);
    return this.logs.intern(encodeCanonical(longer), { commands: longer, state: after });
  }
}
