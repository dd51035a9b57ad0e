import { REPLACES_SERVER, type ActionOutcome, type NodeState } from '@mha4rdb/core';
import { encodeCanonical, type NodeId } from '@mha4rdb/kernel';
import type { Vector } from '../exploration/model.js';
import { draftOf, type Draft, type Take } from './draft.js';
import { carryOut, failure, type Done } from './engine.js';
import { PLACES, STEP } from './layout.js';
import type { Told } from './member-steps.js';
import type { World } from './world.js';

/** Everything that can happen next to one agent. */
export class MemberMoves {
  constructor(private readonly world: World) {}

  of(state: Vector, place: number, take: Take): void {
    const node = this.world.members.nodes.get(state[this.world.layout.nodes + place] ?? 0);
    this.entry(state, place, node, take);
    this.action(state, place, node, take);
    if (node.member?.writing != null) this.recorded(state, place, node, take);
    this.looks(state, place, node, take);
    this.ends(state, place, node, take);
    this.agentCrash(state, place, node, take);
    this.hostCrash(state, place, node, take);
  }

  /** The next committed command reaches it. */
  private entry(state: Vector, place: number, { raft }: NodeState, take: Take): void {
    const { layout, logs, members } = this.world;
    const log = logs.get(state[layout.log] ?? 0);
    const id = log.commands[raft.applied - logs.base];
    if (id === undefined) return;
    const draft = draftOf(state);
    const told = (): Told => ({
      kind: 'entry',
      command: members.commands.get(id),
      term: logs.term,
    });
    this.tell(draft, place, `entry ${id}`, told);
    take(draft, STEP.entry, place + PLACES * id);
  }

  private action(state: Vector, place: number, node: NodeState, take: Take): void {
    const running = node.member?.running ?? null;
    if (running === null) return;
    const done = this.done(state, place, node);
    if (running.cancelled) {
      // Cancelled: it may have been done by then, or not at all.
      this.finish(state, place, failure(this.world.database(state, place)), STEP.failed, take);
      if (done?.outcome.ok === true && done.database !== this.world.database(state, place)) {
        this.finish(state, place, failure(done.database), STEP.ended, take);
      }
      return;
    }
    if (done !== null) this.finish(state, place, done, STEP.ended, take);
    else this.finish(state, place, failure(this.world.database(state, place)), STEP.failed, take);
  }

  private done(state: Vector, place: number, node: NodeState): Done | null {
    const action = node.member?.running?.action;
    if (action === undefined) return null;
    const { ids } = this.world;
    const me = ids[place] as NodeId;
    return carryOut(
      action,
      this.world.database(state, place),
      {
        me,
        databaseOf: (id) => {
          const other = ids.indexOf(id);
          return other < 0 ? undefined : this.world.database(state, other);
        },
        attached: this.world.attached(state, place).flatMap((other) => ids[other] ?? []),
      },
      this.world.code.engine,
    );
  }

  private finish(
    state: Vector,
    place: number,
    { database, outcome }: Done,
    what: number,
    take: Take,
  ): void {
    const node = this.world.members.nodes.get(state[this.world.layout.nodes + place] ?? 0);
    const kind = node.member?.running?.action.kind;
    const draft = draftOf(state);
    this.world.setDatabase(draft, place, database);
    const looks = !outcome.ok || (kind !== undefined && REPLACES_SERVER.has(kind));
    const { key, see } = this.world.look(draft.slots, place);
    const told = (): Told => ({ kind: 'ended', outcome, look: looks ? see() : null });
    this.tell(draft, place, `ended ${outcomeKey(outcome)} ${looks ? key : ''}`, told);
    take(draft, what, place + PLACES * (state[this.world.layout.nodes + place] ?? 0));
  }

  private recorded(state: Vector, place: number, node: NodeState, take: Take): void {
    const draft = draftOf(state);
    this.writeRecord(draft, place, node);
    this.tell(draft, place, 'recorded', () => ({ kind: 'recorded' }));
    take(draft, STEP.recorded, place);
  }

  private writeRecord({ slots }: Draft, place: number, { member }: NodeState): void {
    if (member?.writing == null) return;
    slots[this.world.layout.records + place] = this.world.members.record(member.writing.record);
  }

  /** A look at its server; on a primary also with silent standbys given up. */
  private looks(state: Vector, place: number, node: NodeState, take: Take): void {
    this.lookWithout(state, place, 0, take);
    const { confirmed, primary } = node.cluster;
    const mine = this.world.ids[place];
    if (confirmed === null || primary !== mine || this.world.budget(state, 'losses') === 0) return;
    const attached = this.world.attached(state, place);
    const silent = this.world.ids
      .map((_, other) => other)
      .filter((other) => other !== place && !attached.includes(other));
    for (let choice = 1; choice < 1 << silent.length; choice++) {
      const lost = silent.filter((_, at) => (choice & (1 << at)) !== 0);
      this.lookWithout(
        state,
        place,
        lost.reduce((mask, other) => mask | (1 << other), 0),
        take,
      );
    }
  }

  private lookWithout(state: Vector, place: number, lost: number, take: Take): void {
    const draft = draftOf(state);
    if (lost !== 0) this.world.spend(draft, 'losses');
    const { key, see } = this.world.look(state, place);
    const names = this.world.ids.filter((_, other) => (lost & (1 << other)) !== 0);
    this.tell(draft, place, `look ${key} ${lost}`, () => ({
      kind: 'look',
      database: see(),
      lost: names,
    }));
    if (!this.isChanged(state, draft, place)) return;
    take(draft, STEP.look, place + PLACES * lost);
  }

  /** Grants run out: this life's, or what a former one may have left. */
  private ends(state: Vector, place: number, { member, cluster }: NodeState, take: Take): void {
    if (this.world.budget(state, 'expiries') === 0) return;
    const { layout, ids } = this.world;
    const held = this.world.has(state, layout.held, place);
    const draft = draftOf(state);
    this.world.spend(draft, 'expiries');
    if (held && member?.grant != null) {
      this.tell(draft, place, 'grantEnds', () => ({ kind: 'grantEnds' }));
      this.endGrant(draft, place);
      take(draft, STEP.grantEnds, place);
    } else if (cluster.primary === ids[place] && cluster.incarnation !== member?.incarnation) {
      this.tell(draft, place, 'inheritanceEnds', () => ({ kind: 'inheritanceEnds' }));
      this.endGrant(draft, place);
      take(draft, STEP.inheritanceEnds, place);
    }
  }

  /** In true time: the kernel's leases end with it. */
  private endGrant(draft: Draft, place: number): void {
    this.world.mark(draft, this.world.layout.held, place, false);
    if (this.world.clocks === 'kept') this.world.mark(draft, this.world.layout.open, place, false);
  }

  /** The agent ends; its server goes on with what it was told, or was not told in time. */
  private agentCrash(state: Vector, place: number, node: NodeState, take: Take): void {
    if (this.world.budget(state, 'agentCrashes') === 0) return;
    const done = this.done(state, place, node);
    const writing = node.member?.writing != null;
    for (const recorded of writing ? [false, true] : [false]) {
      for (const acted of done?.outcome.ok === true ? [false, true] : [false]) {
        const draft = draftOf(state);
        this.world.spend(draft, 'agentCrashes');
        if (acted && done !== null) this.world.setDatabase(draft, place, done.database);
        this.restart(draft, place, node, recorded);
        take(draft, STEP.agentCrash, place + PLACES * ((recorded ? 1 : 0) + (acted ? 2 : 0)));
      }
    }
  }

  /** Power is cut: agent, server and the kernel's leases begin anew. */
  private hostCrash(state: Vector, place: number, node: NodeState, take: Take): void {
    if (this.world.budget(state, 'hostCrashes') === 0) return;
    const writing = node.member?.writing != null;
    for (const recorded of writing ? [false, true] : [false]) {
      const draft = draftOf(state);
      this.world.spend(draft, 'hostCrashes');
      const database = this.world.database(state, place);
      this.world.setDatabase(draft, place, {
        ...database,
        running: false,
        role: 'standby',
        waiting: [],
      });
      this.world.mark(draft, this.world.layout.open, place, false);
      this.restart(draft, place, node, recorded);
      take(draft, STEP.hostCrash, place + PLACES * (recorded ? 1 : 0));
    }
  }

  private restart(draft: Draft, place: number, node: NodeState, recorded: boolean): void {
    const { layout, members, code, ids, logs } = this.world;
    if (recorded) this.writeRecord(draft, place, node);
    const database = this.world.database(draft.slots, place);
    if (database.running && database.role === 'primary') {
      const rule = code.ruleAtStart(database, logs.get(draft.slots[layout.log] ?? 0).state);
      if (rule !== database.rule) {
        this.world.setDatabase(draft, place, { ...database, rule, effective: rule });
      }
    }
    const life = node.options.incarnation + 1;
    const record = draft.slots[layout.records + place] ?? 0;
    const open = this.world.has(draft.slots, layout.open, place);
    this.world.take(draft, place, members.start(ids[place] as NodeId, life, record, open));
  }

  private tell(draft: Draft, place: number, key: string, told: () => Told): void {
    const { layout, members } = this.world;
    const open = this.world.has(draft.slots, layout.open, place);
    const node = draft.slots[layout.nodes + place] ?? 0;
    this.world.take(draft, place, members.step(node, open, key, told));
  }

  private isChanged(state: Vector, draft: Draft, place: number): boolean {
    const { layout } = this.world;
    return (
      draft.violation !== undefined ||
      draft.slots.length !== state.length ||
      draft.slots[layout.nodes + place] !== state[layout.nodes + place] ||
      draft.slots[layout.open] !== state[layout.open]
    );
  }
}

function outcomeKey(outcome: ActionOutcome): string {
  return encodeCanonical(outcome);
}
