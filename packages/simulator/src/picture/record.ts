import type { ClusterEvent } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';

/** One lane of a picture. */
export interface RecordedMember {
  readonly id: NodeId;
  readonly role: 'data' | 'arbiter';
}

/** What a database is, as far as clients and standbys can tell. */
export type RecordedDatabase = 'none' | 'stopped' | 'starting' | 'standby' | 'primary' | 'frozen';

/** Whom the kernel of a host lets through to the database's port. */
export type RecordedPort = 'everybody' | 'clients' | 'peers' | 'nobody';

/**
 * Something that happened in a run. `at` is true time in milliseconds since the run began, which no
 * member can read. States are recorded when they change and hold until the next entry of their kind
 * and member; before the first one nothing runs. Leases end at `until` by themselves.
 */
export type RecordedEvent =
  /** What was done to the cluster: `fault` is a name of the list of faults, `text` is for people. */
  | {
      readonly kind: 'fault';
      readonly at: number;
      /** Null: not one member's (a switchover, a partition between several). */
      readonly member: NodeId | null;
      readonly fault: string;
      readonly text: string;
    }
  /** The fault is over: power is back, the network whole, the process awake. */
  | {
      readonly kind: 'mended';
      readonly at: number;
      readonly member: NodeId | null;
      readonly fault: string;
      readonly text: string;
    }
  | { readonly kind: 'power'; readonly at: number; readonly member: NodeId; readonly on: boolean }
  | {
      readonly kind: 'agent';
      readonly at: number;
      readonly member: NodeId;
      readonly state: 'up' | 'frozen' | 'down';
    }
  | {
      readonly kind: 'database';
      readonly at: number;
      readonly member: NodeId;
      readonly state: RecordedDatabase;
    }
  /** A standby streams from `upstream`; null: from nobody any more. */
  | {
      readonly kind: 'stream';
      readonly at: number;
      readonly member: NodeId;
      readonly upstream: NodeId | null;
    }
  /** This member leads the consensus in `term`, or (`leads` false) has stopped to. */
  | {
      readonly kind: 'coordinator';
      readonly at: number;
      readonly member: NodeId;
      readonly term: number;
      readonly leads: boolean;
    }
  /** The member knows of a grant that it holds until `until`, in true time; each renewal is one. */
  | {
      readonly kind: 'grant';
      readonly at: number;
      readonly member: NodeId;
      readonly epoch: number;
      readonly until: number;
    }
  /** What the kernel enforces from now on; `until` null: until it is told otherwise. */
  | {
      readonly kind: 'port';
      readonly at: number;
      readonly member: NodeId;
      readonly admits: RecordedPort;
      readonly vip: boolean;
      readonly until: number | null;
    }
  /** What the agent makes its database do: `seal`, `promote`, … (`MemberAction`). */
  | {
      readonly kind: 'action';
      readonly at: number;
      readonly member: NodeId;
      readonly action: string;
      readonly step: 'begins' | 'done' | 'failed';
      /** Of a failure. */
      readonly why?: string;
    }
  /** A decision, once each, by the first member that tells it (`Decision` of the core). */
  | {
      readonly kind: 'decided';
      readonly at: number;
      readonly member: NodeId;
      readonly event: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  /** A client was told that its write is durable. */
  | {
      readonly kind: 'acknowledged';
      readonly at: number;
      readonly member: NodeId;
      readonly epoch: number;
    }
  /** A promise was broken: what a run exists to find. */
  | {
      readonly kind: 'violation';
      readonly at: number;
      readonly invariant: string;
      readonly detail: string;
    };

/** One run as it can be told and drawn. Plain data; the same run gives the same record. */
export interface RunRecord {
  readonly members: readonly RecordedMember[];
  /** When the run ended. */
  readonly endMs: number;
  /** In the order in which it happened. */
  readonly events: readonly RecordedEvent[];
  /** The cluster's own history at the end, as `mhactl history` shows it: who was chosen and why. */
  readonly changes: readonly ClusterEvent[];
}
