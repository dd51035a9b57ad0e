import type {
  ActionProgress,
  ClusterEvent,
  EventPhases,
  OperatorReply,
  OperatorRequest,
  Setting,
} from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import type { HostPort } from '../config/scalar-readers.js';

/** The cluster as this member sees it: the words of the contract's status JSON, times as numbers. */
export interface StatusView {
  readonly cluster: string;
  readonly clusterId: string;
  /** Milliseconds since 1970, like every time here. */
  readonly asOf: number;
  readonly answeredBy: string;
  readonly stale: boolean;
  readonly mode: string;
  readonly verdict: string;
  readonly failoverReady: boolean;
  readonly reasons: readonly string[];
  readonly coordinator: string | null;
  readonly term: number;
  readonly epoch: number;
  readonly primary: string | null;
  readonly paused: boolean;
  /** A switchover that waits for its time, in milliseconds since 1970. */
  readonly scheduled?: {
    readonly id: string;
    readonly to: string | null;
    readonly due: number;
  } | null;
  readonly durability: {
    readonly mode: string;
    readonly electable: readonly string[];
    readonly acks: number;
  };
  readonly vip: readonly {
    /** With its prefix length. */
    readonly address: string;
    readonly holder: string | null;
    readonly observed: boolean;
  }[];
  readonly members: readonly MemberView[];
}

export interface MemberView {
  readonly id: string;
  readonly role: string;
  readonly address: string;
  readonly database?: string;
  readonly state: string;
  readonly health: string;
  readonly reachable: boolean;
  readonly reportAgeMs?: number;
  readonly timeline?: number;
  readonly position?: string;
  readonly lagBytes?: number;
  readonly lagMs?: number;
  readonly progress?: ActionProgress;
  readonly sync?: boolean;
  readonly grantMs?: number;
  readonly fencing?: string;
  readonly watchdog?: string;
  readonly watchdogMs?: number;
  readonly since: number;
  readonly voting: string;
  readonly standing?: string;
  readonly priority?: number;
  readonly noFailover?: boolean;
  readonly noSync?: boolean;
}

/** The confirmed primary, as an application wants to know it. */
export interface LeaderView {
  readonly id: string;
  readonly database: HostPort;
  readonly epoch: number;
  /** Without prefix length; `null` where none is configured. */
  readonly vip: string | null;
}

/** One committed change, for watchers; `type` is a word of the contract. */
export interface ChangeView {
  readonly revision: number;
  readonly type: string;
  readonly at: number;
  readonly epoch: number;
  readonly leader?: LeaderView;
  readonly from?: string;
  readonly to?: string;
  readonly operationId?: string;
  readonly result?: string;
  readonly detail?: string;
}

/** One change of primary or one order; a core event whose positions are written as the engine does. */
export interface HistoryView {
  readonly id: string;
  readonly at: number;
  readonly kind: ClusterEvent['kind'];
  readonly from: string | null;
  readonly to: string | null;
  readonly epoch: number;
  readonly trigger: string;
  readonly initiator: string;
  readonly phases: EventPhases;
  readonly writeGapMs: number | null;
  readonly candidates: readonly {
    readonly id: string;
    readonly position: string;
    readonly chosen: boolean;
    readonly reason: string;
  }[];
  readonly result: string;
}

export interface ExplainView {
  readonly possible: boolean;
  readonly to: string | null;
  readonly checks: readonly {
    readonly member: string;
    readonly check: string;
    readonly ok: boolean;
    readonly detail: string;
  }[];
}

/** What an order would do; on a dry run this is all that happens. */
export interface PlanView {
  readonly steps: readonly { readonly member: string; readonly action: string }[];
  readonly from: string | null;
  readonly to: string | null;
  readonly expectedGapMs: number | null;
  readonly expectedLossBytes: number | null;
}

export type PlanReply = { readonly kind: 'plan'; readonly plan: PlanView } | NotTaken;

/** An order that changed nothing here. */
export type NotTaken = Extract<OperatorReply, { kind: 'refused' | 'elsewhere' }>;

/**
 * What the services ask of the node. Answers are computed by core from the node's state at that
 * moment; nothing here waits, but `submit`, which settles when the node has taken up or refused it.
 */
export interface ClusterQueries {
  readonly status: () => StatusView;
  readonly leader: () => LeaderView | null;
  /** Oldest first; all that is kept. */
  readonly history: () => readonly HistoryView[];
  readonly explain: () => ExplainView;
  readonly settings: () => { readonly revision: number; readonly settings: readonly Setting[] };
  /** Plans an order without giving it; only the coordinator can. */
  readonly plan: (request: OperatorRequest) => PlanReply;
  readonly submit: (request: OperatorRequest) => Promise<OperatorReply>;
  /** The log index of the last change that a watcher would see. */
  readonly revision: () => number;
  /** Changes after `revision`, oldest first; `gap`: some of them are no longer kept. */
  readonly changesAfter: (revision: number) => {
    readonly changes: readonly ChangeView[];
    readonly gap: boolean;
  };
  /** Called whenever a view may have changed; returns how to stop that. */
  readonly subscribe: (listener: () => void) => () => void;
  /** `HOST:PORT` of a member's agent, from the replicated list. */
  readonly addressOf: (id: NodeId) => string | undefined;
}
