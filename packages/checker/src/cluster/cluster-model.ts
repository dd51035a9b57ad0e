import type { Command } from '@mha4rdb/core';
import { incarnationOf, logIndexOf } from '@mha4rdb/kernel';
import type { Emit, Model, Vector } from '../exploration/model.js';
import { play, type Script } from '../exploration/script.js';
import { clusterViolation } from './checks.js';
import { SHIPPED, type ClusterCode } from './code.js';
import { decision } from './coordinator.js';
import type { Database } from './database.js';
import { draftOf, type Draft, type Take } from './draft.js';
import { describeCluster, labelCluster } from './describe.js';
import { BASE_EPOCH, type Setting } from './founding.js';
import { BUDGETS, PLACES, STEP, type Budget } from './layout.js';
import { MemberMoves } from './member-moves.js';
import { ServerMoves } from './server-moves.js';
import { World } from './world.js';

/** What a model of a cluster bounds, and which clocks it has. */
export interface ClusterBounds {
  readonly budgets: Readonly<Record<Budget, number>>;
  /**
   * `ignored`: nobody waits for a grant's end, and a port that is open stays open: with k ≥ 1 no
   * write may be lost all the same (protocol §6). `kept`: grants end as protocol §4 says.
   */
  readonly clocks: 'kept' | 'ignored';
  /** Proposals on their way at once; a step that would make more is not taken. */
  readonly pool: number;
}

/** What each budget is while a script plays. */
const PRELUDE = 20;

/** Steps that go on by themselves when nothing fails. */
const CALM: readonly number[] = [
  STEP.entry,
  STEP.ended,
  STEP.recorded,
  STEP.look,
  STEP.reload,
  STEP.stream,
  STEP.hear,
  STEP.append,
  STEP.decide,
];

/**
 * Data members that run the shipped node beside servers, clients and a log of committed commands.
 * Everything takes any time: entries reach members late, proposals are lost, late, and in any order.
 */
export class ClusterModel implements Model {
  readonly world: World;
  private readonly memberMoves: MemberMoves;
  private readonly serverMoves: ServerMoves;
  private readonly decisions = new Map<string, number>();
  private readonly first: Vector;
  private room = PRELUDE;

  constructor(
    readonly name: string,
    readonly about: string,
    setting: Setting,
    private readonly bounds: ClusterBounds,
    private readonly code: ClusterCode = SHIPPED,
    script: Script = [],
  ) {
    this.world = new World(setting, code, bounds.clocks);
    this.memberMoves = new MemberMoves(this.world);
    this.serverMoves = new ServerMoves(this.world);
    const founded = this.withBudgets(this.founded(setting), PRELUDE);
    this.first = this.withBudgets(play(this, founded, script, CALM));
    this.room = bounds.pool;
  }

  readonly initial = (): Vector => this.first;

  readonly violation = (state: Vector): string | null =>
    clusterViolation(this.world, state, this.bounds.clocks === 'kept');

  readonly label = (_before: Vector, what: number, detail: number): string =>
    labelCluster(this.world, what, detail);

  readonly describe = (state: Vector): readonly string[] => describeCluster(this.world, state);

  readonly successors = (state: Vector, emit: Emit): void => {
    const take = (draft: Draft, what: number, detail: number): void => {
      this.emit(draft, emit, what, detail);
    };
    for (let place = 0; place < this.world.ids.length; place++) {
      this.memberMoves.of(state, place, take);
      this.serverMoves.of(state, place, take);
      this.hear(state, place, take);
    }
    this.decide(state, take);
    this.appends(state, take);
  };

  private emit(draft: Draft, emit: Emit, what: number, detail: number): void {
    const { layout } = this.world;
    if (draft.slots.length - layout.pool > this.room && draft.violation === undefined) return;
    if (draft.violation === undefined) this.see(draft);
    emit(draft.slots, what, detail, draft.violation);
  }

  /** What clients can read on an open primary they have seen. */
  private see({ slots }: Draft): void {
    const { layout, ids } = this.world;
    for (let place = 0; place < ids.length; place++) {
      if (!this.serverMoves.answers(slots, place)) continue;
      const database = slots[layout.databases + place] ?? 0;
      slots[layout.seen] = (slots[layout.seen] ?? 0) | this.world.writes(database).visible;
    }
  }

  /** The coordinator hears the newest report of a member; until then it goes by an older one. */
  private hear(state: Vector, place: number, take: Take): void {
    const { layout, members } = this.world;
    const report = members.reportOf(state[layout.nodes + place] ?? 0);
    if (report === 0 || report === state[layout.heard + place]) return;
    const draft = draftOf(state);
    draft.slots[layout.heard + place] = report;
    take(draft, STEP.hear, place);
  }

  private decide(state: Vector, take: Take): void {
    for (const late of [false, true]) {
      const command = this.decided(state, late);
      if (command === 0) continue;
      const begins = this.world.members.commands.get(command).type === 'BeginElection';
      if (begins && this.world.budget(state, 'elections') === 0) continue;
      if (late && command === this.decided(state, false)) continue;
      const draft = draftOf(state);
      if (begins) this.world.spend(draft, 'elections');
      const what = late ? STEP.decideLate : STEP.decide;
      if (this.world.budget(state, 'strays') > 0) {
        const stray = draftOf(draft.slots);
        this.world.spend(stray, 'strays');
        this.world.keep(stray, command);
        take(stray, STEP.stray, command * PLACES);
      }
      if (this.world.append(draft, command)) take(draft, what, command * PLACES);
    }
  }

  private decided(state: Vector, late: boolean): number {
    const { layout, ids, logs, members } = this.world;
    const heard = ids.map((_, place) => state[layout.heard + place] ?? 0);
    const log = state[layout.log] ?? 0;
    const key = `${log} ${heard.join(' ')} ${late ? 1 : 0}`;
    const known = this.decisions.get(key);
    if (known !== undefined) return known;
    const reports = heard.map(
      (id, place) =>
        [ids[place] as (typeof ids)[number], id === 0 ? null : members.reports.get(id)] as const,
    );
    const command: Command | null = decision(this.code, logs.get(log), reports, late);
    const id = command === null ? 0 : members.command(command);
    this.decisions.set(key, id);
    return id;
  }

  /** A proposal that is on its way is committed; or never is. */
  private appends(state: Vector, take: Take): void {
    const { layout, members } = this.world;
    for (let at = layout.pool; at < state.length; at++) {
      const id = state[at] ?? 0;
      if (!this.world.mayAppend(state, members.commands.get(id))) continue;
      const draft = draftOf(state);
      if (this.world.append(draft, id)) take(draft, STEP.append, id * PLACES);
    }
  }

  private withBudgets(state: Vector, each?: number): Vector {
    const slots = [...state];
    for (const [at, budget] of BUDGETS.entries()) {
      slots[this.world.layout.budgets + at] = each ?? this.bounds.budgets[budget];
    }
    return slots;
  }

  /** n1 is confirmed and its server primary; all servers have the same log; agents just started. */
  private founded(setting: Setting): Vector {
    const { world } = this;
    const { layout, members, ids } = world;
    const slots = new Array<number>(layout.pool).fill(0);
    slots[layout.log] = world.logs.first;
    const draft: Draft = { slots, violation: undefined };
    const record = members.record({
      promise: logIndexOf(BASE_EPOCH),
      released: null,
      mustStream: false,
      joined: BASE_EPOCH,
    });
    for (const place of ids.keys()) {
      slots[layout.records + place] = record;
      world.setDatabase(draft, place, foundedDatabase(setting, ids, place));
    }
    for (const [place, id] of ids.entries()) {
      world.take(draft, place, members.start(id, incarnationOf(1), record, false));
    }
    return slots;
  }
}

function foundedDatabase(setting: Setting, ids: World['ids'], place: number): Database {
  const primary = place === 0;
  return {
    wal: ['1:b', `2:p${ids[0] ?? ''}.${BASE_EPOCH}`, `2:m${BASE_EPOCH}`],
    timeline: 2,
    history: [{ timeline: 1, switchLsn: 1 }],
    running: true,
    role: primary ? 'primary' : 'standby',
    upstream: primary ? null : (ids[0] ?? null),
    rule: primary ? setting.rule : { standbys: [], acks: 0 },
    effective: primary ? setting.rule : { standbys: [], acks: 0 },
    admits: primary ? 'all' : 'replication',
    waiting: [],
  };
}
