import type { ClusterEvent } from './events/cluster-event.js';
import type { CallOptions } from './connection/deadline.js';
import type { Operation } from './orders/operation.js';
import type { ClusterStatus } from './status/cluster-status.js';
import type { Diagnosis } from './status/diagnosis.js';
import type { Explanation } from './status/explanation.js';
import type { HistoryItem } from './status/history.js';
import type { Leader, Replica } from './status/leader.js';
import type { WatchOptions } from './watch/follow.js';
import type { Listener, ListenerName } from './watch/listeners.js';

/** A cluster to ask and to listen to. All methods reject with `ClusterError`. */
export interface Cluster {
  /** The primary now; rejects with `no-primary` while there is none. */
  leader(options?: CallOptions): Promise<Leader>;
  /** As one member sees it; one that has lost the others answers only if no other does. */
  status(options?: CallOptions): Promise<ClusterStatus>;
  /** Standbys in reach, nearest to the primary first. */
  replicas(options?: CallOptions & { readonly maxLagBytes?: number }): Promise<readonly Replica[]>;
  /** Oldest first; with `last` the newest so many, with `id` only that one. */
  history(
    options?: CallOptions & { readonly last?: number; readonly id?: string },
  ): Promise<readonly HistoryItem[]>;
  /** Whether a failover would work now, to whom, and if not why. */
  explain(options?: CallOptions): Promise<Explanation>;
  /** Lets every member look at its host and at the others; takes some seconds. */
  diagnose(options?: CallOptions): Promise<Diagnosis>;
  /** The replicated settings. */
  settings(options?: CallOptions): Promise<Settings>;
  /** Waits for a primary; by default as long as it takes. */
  whenPrimary(options?: CallOptions): Promise<Leader>;
  /** Every event once and in order, across lost members, until the signal or `close()`. */
  watch(options?: WatchOptions): AsyncIterableIterator<ClusterEvent>;
  on<Name extends ListenerName>(name: Name, listener: Listener<Name>): this;
  off<Name extends ListenerName>(name: Name, listener: Listener<Name>): this;
  /** What operators do; needs an operator's token. */
  readonly admin: Admin;
  /** Ends all watches and connections; nothing of the library keeps the process alive after it. */
  close(): Promise<void>;
}

/** One replicated setting: `durability.mode`, `all`. */
export interface Setting {
  readonly key: string;
  readonly value: string;
}

export interface Settings {
  /** Of the change that made them what they are; 0 as the cluster was formed. */
  readonly revision: number;
  readonly settings: readonly Setting[];
}

export interface OrderOptions extends CallOptions {
  /** Makes the order safe to repeat; by default a new one. */
  readonly operationId?: string | undefined;
  /** Check and plan, change nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface NewMember {
  /** Never used in this cluster before. */
  readonly id: string;
  readonly role: 'data' | 'arbiter';
  /** HOST:PORT of its agent or arbiter. */
  readonly address: string;
  /** HOST:PORT of its database; data members only. */
  readonly database?: string | undefined;
  /** Breaks ties among equals; the greater wins. 0 unless given. */
  readonly priority?: number | undefined;
  /** Kept from taking over by itself; commits do not count on it. */
  readonly noFailover?: boolean | undefined;
  /** Commits do not count on it. */
  readonly noSync?: boolean | undefined;
}

/** What may be changed of a member; what is left out stays. */
export type MemberChanges = Pick<NewMember, 'priority' | 'noFailover' | 'noSync'>;

/** Orders answer when they are committed; `wait` says how they went. */
export interface Admin {
  switchover(
    options?: OrderOptions & {
      readonly to?: string | undefined;
      readonly force?: boolean;
      /** Not now, but then, by the coordinator's clock; `wait` then ends when it began or failed. */
      readonly at?: Date | undefined;
    },
  ): Promise<Operation>;
  /** Withdraws what is scheduled, or what is under way while the old primary has not let go. */
  cancelSwitchover(options?: OrderOptions): Promise<Operation>;
  failover(
    options?: OrderOptions & {
      readonly to?: string | undefined;
      /** Appoint without evidence: acknowledged writes may be lost. Needs a reason. */
      readonly allowDataLoss?: boolean | undefined;
      readonly reason?: string | undefined;
    },
  ): Promise<Operation>;
  pause(options?: OrderOptions): Promise<Operation>;
  resume(options?: OrderOptions): Promise<Operation>;
  /** Takes a member aside (its database is left alone, it is not appointed), or gives it back. */
  maintenance(id: string, on: boolean, options?: OrderOptions): Promise<Operation>;
  /** Changes replicated settings, all or none; refused where they are not of `revision` any more. */
  updateSettings(
    changes: readonly Setting[],
    options?: OrderOptions & { readonly revision?: number | undefined },
  ): Promise<Operation>;
  /** Restarts servers one after the other, standbys first; all of them unless ids are given. */
  restart(
    options?: OrderOptions & {
      readonly ids?: readonly string[] | undefined;
      /** The primary is restarted where it is, instead of handing over. */
      readonly inPlace?: boolean | undefined;
    },
  ): Promise<Operation>;
  /** Copies a standby's data anew from the primary; the old directory is kept aside. */
  reinitialize(id: string, options?: OrderOptions): Promise<Operation>;
  /** Admits a new node; the operation ends when it is a voter. */
  addMember(member: NewMember, options?: OrderOptions): Promise<Operation>;
  /** Ends a member's part for good: its id is never used again. */
  removeMember(id: string, options?: OrderOptions): Promise<Operation>;
  /** Changes whom elections prefer or leave out, and whom commits may count on. */
  changeMember(id: string, changes: MemberChanges, options?: OrderOptions): Promise<Operation>;
  /** Until it ended, well or not; rejects with `outcome-unknown` at the deadline. */
  wait(operationId: string, options?: CallOptions): Promise<HistoryItem>;
}
