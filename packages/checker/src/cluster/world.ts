import type { Command, GrantorView } from '@mha4rdb/core';
import { encodeCanonical, epochOf, type DatabaseObservation, type NodeId } from '@mha4rdb/kernel';
import { Interner } from '../exploration/interner.js';
import type { Vector } from '../exploration/model.js';
import type { ClusterCode } from './code.js';
import { accepts, visibleOn, writesIn, type Database } from './database.js';
import type { Draft } from './draft.js';
import { dataIds, type Setting } from './founding.js';
import { BUDGETS, layoutFor, type Budget, type Layout } from './layout.js';
import { Logs } from './log.js';
import { MemberSteps, type Stepped } from './member-steps.js';
import { observe } from './observation.js';
import { GRANT_END, LONG_AGO, NOW } from './timeless-node.js';

/** Reads and changes worlds: what is in which slot, and what follows from a step of an agent. */
export class World {
  readonly ids: readonly NodeId[];
  readonly layout: Layout;
  readonly members: MemberSteps;
  readonly logs: Logs;
  readonly databases = new Interner<Database>();
  private readonly masks: { readonly writes: number; readonly visible: number }[] = [];

  constructor(
    setting: Setting,
    readonly code: ClusterCode,
    readonly clocks: 'kept' | 'ignored',
  ) {
    this.ids = dataIds(setting);
    this.layout = layoutFor(this.ids.length);
    this.members = new MemberSteps(setting, code);
    this.logs = new Logs(
      setting,
      code,
      (id) => this.members.commands.get(id),
      (command) => this.members.command(command),
    );
  }

  slot(state: Vector, at: number): number {
    return state[at] ?? 0;
  }

  database(state: Vector, place: number): Database {
    return this.databases.get(state[this.layout.databases + place] ?? 0);
  }

  setDatabase({ slots }: Draft, place: number, database: Database): void {
    slots[this.layout.databases + place] = this.databaseId(database);
  }

  databaseId(database: Database): number {
    return this.databases.intern(encodeCanonical(database), database);
  }

  writes(database: number): { readonly writes: number; readonly visible: number } {
    return (this.masks[database] ??= {
      writes: writesIn(this.databases.get(database).wal),
      visible: visibleOn(this.databases.get(database)),
    });
  }

  budget(state: Vector, budget: Budget): number {
    return state[this.layout.budgets + BUDGETS.indexOf(budget)] ?? 0;
  }

  spend({ slots }: Draft, budget: Budget): void {
    const at = this.layout.budgets + BUDGETS.indexOf(budget);
    slots[at] = (slots[at] ?? 0) - 1;
  }

  has(state: Vector, mask: number, place: number): boolean {
    return ((state[mask] ?? 0) & (1 << place)) !== 0;
  }

  mark({ slots }: Draft, mask: number, place: number, on: boolean): void {
    const before = slots[mask] ?? 0;
    slots[mask] = on ? before | (1 << place) : before & ~(1 << place);
  }

  /** Places of the standbys that stream from the server at `place` now. */
  attached(state: Vector, place: number): number[] {
    const primary = this.database(state, place);
    if (!primary.running || primary.role !== 'primary') return [];
    return this.ids.flatMap((_, other) => {
      if (other === place) return [];
      const standby = this.database(state, other);
      return standby.upstream === this.ids[place] && accepts(primary, standby) ? [other] : [];
    });
  }

  /** What a look at the server at `place` shows, and a key for it. */
  look(
    state: Vector,
    place: number,
  ): { readonly key: string; readonly see: () => DatabaseObservation } {
    const database = this.database(state, place);
    const attached = this.attached(state, place);
    const upstream = database.upstream === null ? -1 : this.ids.indexOf(database.upstream);
    const receiving = upstream >= 0 && this.attached(state, upstream).includes(place);
    const key = `${state[this.layout.databases + place] ?? 0} ${attached.join()} ${receiving ? 1 : 0}`;
    const names = attached.flatMap((other) => this.ids[other] ?? []);
    return { key, see: () => observe(database, names, receiving) };
  }

  /** Takes over what an agent did in one step. */
  take(draft: Draft, place: number, stepped: Stepped): void {
    const { slots } = draft;
    const { layout } = this;
    if (stepped.broken !== null) {
      draft.violation = stepped.broken;
      return;
    }
    slots[layout.nodes + place] = stepped.node;
    for (const id of stepped.proposals) this.propose(draft, place, id);
    switch (stepped.wish) {
      case null:
      case 'inherit':
        break;
      case 'open':
        // The kernel opens until the grant's end: not at all when that has passed.
        if (this.clocks === 'ignored' || this.has(slots, layout.held, place)) {
          this.mark(draft, layout.open, place, true);
        }
        break;
      case 'lifted':
      case 'closed':
      case 'peers':
        this.mark(draft, layout.open, place, false);
    }
  }

  private propose(draft: Draft, place: number, id: number): void {
    const command = this.members.commands.get(id);
    if (command.type === 'SetDurability') {
      const database = this.database(draft.slots, place);
      const rule = this.code.ruleAtProposal(database.rule, command.rule);
      if (rule !== database.rule) {
        this.setDatabase(draft, place, { ...database, rule, effective: rule });
      }
    }
    const { pool } = this.layout;
    const { slots } = draft;
    if (slots.includes(id, pool) || this.logs.append(slots[this.layout.log] ?? 0, id) === 0) return;
    let at = slots.length;
    while (at > pool && (slots[at - 1] ?? 0) > id) at -= 1;
    slots.splice(at, 0, id);
  }

  /** Puts a proposal that is on its way into the pool: it may come into the log at any later time. */
  keep(draft: Draft, id: number): void {
    const { pool } = this.layout;
    const { slots } = draft;
    if (slots.includes(id, pool)) return;
    slots.push(id);
    const sorted = slots.splice(pool).sort((a, b) => a - b);
    slots.push(...sorted);
  }

  private isWorthKeeping(log: number, command: number): boolean {
    return this.code.keepsRefused || this.logs.append(log, command) !== 0;
  }

  /** May the coordinator let this into its log now? Asks `mayOpen` about a renewal (protocol §4). */
  mayAppend(state: Vector, command: Command): boolean {
    if (command.type !== 'RenewGrant' && command.type !== 'KeepGrant') return true;
    if (this.clocks === 'ignored') return true;
    const view: GrantorView = {
      outstanding: this.ids.flatMap((holder, place) =>
        this.has(state, this.layout.held, place)
          ? [{ holder, epoch: epochOf(0), until: GRANT_END }]
          : [],
      ),
      inheritedUntil: LONG_AGO,
      lastRenewalAt: null,
    };
    return this.code.mayOpen(view, command.holder, NOW);
  }

  /** The log with this at its end; what was on its way and has become pointless is forgotten. */
  append(draft: Draft, id: number): boolean {
    const { slots } = draft;
    const { layout } = this;
    const log = this.logs.append(slots[layout.log] ?? 0, id);
    if (log === 0) return false;
    slots[layout.log] = log;
    const command = this.members.commands.get(id);
    const kept = slots
      .splice(layout.pool)
      .filter((other) => other !== id && this.isWorthKeeping(log, other));
    slots.push(...kept);
    if (command.type === 'RenewGrant' || command.type === 'KeepGrant') {
      this.mark(draft, layout.held, this.ids.indexOf(command.holder), true);
    }
    const { released } = this.logs.get(log).state;
    if (command.type === 'ReleaseGrant' && released !== null) {
      this.mark(draft, layout.held, this.ids.indexOf(released.by), false);
    }
    return true;
  }
}
