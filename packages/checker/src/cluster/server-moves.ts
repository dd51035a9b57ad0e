import type { Vector } from '../exploration/model.js';
import { answers } from './checks.js';
import { append, epochOfLog, received, stopped } from './database.js';
import { draftOf, type Take } from './draft.js';
import { PLACES, STEP } from './layout.js';
import { sameRule } from '@mha4rdb/core';
import type { World } from './world.js';

/** What servers and clients do by themselves. */
export class ServerMoves {
  constructor(private readonly world: World) {}

  of(state: Vector, place: number, take: Take): void {
    const database = this.world.database(state, place);
    if (!database.running) return;
    if (!sameRule(database.rule, database.effective)) {
      const draft = draftOf(state);
      this.world.setDatabase(draft, place, { ...database, effective: database.rule });
      take(draft, STEP.reload, place);
    }
    this.stream(state, place, take);
    this.write(state, place, take);
    this.acknowledge(state, place, take);
    if (this.world.budget(state, 'databaseCrashes') === 0) return;
    const draft = draftOf(state);
    this.world.spend(draft, 'databaseCrashes');
    this.world.setDatabase(draft, place, stopped(database));
    take(draft, STEP.databaseCrash, place);
  }

  answers(state: Vector, place: number): boolean {
    return answers(this.world, state, place);
  }

  /** The next record reaches a standby, and is flushed there. */
  private stream(state: Vector, place: number, take: Take): void {
    const standby = this.world.database(state, place);
    if (standby.role !== 'standby' || standby.upstream === null) return;
    const upstream = this.world.ids.indexOf(standby.upstream);
    if (upstream < 0 || !this.world.attached(state, upstream).includes(place)) return;
    const after = received(standby, this.world.database(state, upstream));
    if (after === standby) return;
    const draft = draftOf(state);
    this.world.setDatabase(draft, place, after);
    take(draft, STEP.stream, place);
  }

  private write(state: Vector, place: number, take: Take): void {
    if (this.world.budget(state, 'writes') === 0 || !this.answers(state, place)) return;
    const { layout } = this.world;
    const draft = draftOf(state);
    this.world.spend(draft, 'writes');
    const write = state[layout.written] ?? 0;
    draft.slots[layout.written] = write + 1;
    const database = append(this.world.database(state, place), `w${write}`);
    const waiting = [...database.waiting, write];
    this.world.setDatabase(draft, place, { ...database, waiting });
    take(draft, STEP.write, place + PLACES * write);
  }

  /** The oldest waiting commit has all that the rule asks for, and its client is told. */
  private acknowledge(state: Vector, place: number, take: Take): void {
    const database = this.world.database(state, place);
    const [write] = database.waiting;
    if (write === undefined || !this.answers(state, place)) return;
    const lsn = database.wal.findIndex((record) => record.endsWith(`:w${write}`)) + 1;
    const { standbys, acks } = database.effective;
    const holders = this.world
      .attached(state, place)
      .filter((other) => standbys.some((id) => id === this.world.ids[other]))
      .filter((other) => this.world.database(state, other).wal.length >= lsn);
    if (holders.length < acks) return;
    const draft = draftOf(state);
    this.world.setDatabase(draft, place, { ...database, waiting: database.waiting.slice(1) });
    const { layout, logs } = this.world;
    draft.slots[layout.seen] = (draft.slots[layout.seen] ?? 0) | (1 << write);
    const { confirmed } = logs.get(state[layout.log] ?? 0).state;
    const epoch = epochOfLog(database.wal);
    if (confirmed !== null && confirmed.epoch > epoch) {
      draft.violation = `NoLateAcknowledgement: ${this.world.ids[place] ?? ''} acknowledges write ${write} in epoch ${epoch}, after ${confirmed.primary} was confirmed in epoch ${confirmed.epoch}`;
    }
    take(draft, STEP.acknowledge, place + PLACES * write);
  }
}
