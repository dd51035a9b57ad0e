import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Code } from '@connectrpc/connect';
import { ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '../gen/mha4rdb/v1/errors_pb.js';
import { ClusterEventSchema, type ClusterEvent } from '../gen/mha4rdb/v1/event_pb.js';
import { HistoryItemSchema, type HistoryItem } from '../gen/mha4rdb/v1/history_pb.js';
import {
  GetStatusResponseSchema,
  type GetStatusResponse,
  type MemberStatus,
  type MemberStatusSchema,
} from '../gen/mha4rdb/v1/status_pb.js';
import type {
  ExplainResponseSchema,
  GetSettingsResponseSchema,
} from '../gen/mha4rdb/v1/cluster_service_pb.js';
import type { ExamineClusterResponseSchema } from '../gen/mha4rdb/v1/diagnosis_service_pb.js';

export type StatusInit = Exclude<
  MessageInitShape<typeof GetStatusResponseSchema>,
  GetStatusResponse
>;
export type MemberInit = Exclude<MessageInitShape<typeof MemberStatusSchema>, MemberStatus>;
export type OrderKind =
  | 'switchover'
  | 'cancelSwitchover'
  | 'failover'
  | 'pause'
  | 'resume'
  | 'setMaintenance'
  | 'restart'
  | 'updateSettings'
  | 'reinitialize'
  | 'addMember'
  | 'removeMember'
  | 'changeMember';

/** An order as it arrived; fields of other kinds are absent. */
export interface ReceivedOrder {
  readonly kind: OrderKind;
  /** The member that received it. */
  readonly at: string;
  readonly operationId: string;
  readonly dryRun: boolean;
  readonly to?: string;
  readonly force?: boolean;
  readonly allowDataLoss?: boolean;
  readonly reason?: string;
}

export interface OrderAnswer {
  readonly accepted?: boolean;
  readonly alreadySo?: boolean;
  readonly plan?: { member: string; action: string }[];
  readonly from?: string;
  readonly to?: string;
  readonly expectedGapMs?: number;
  readonly expectedLossBytes?: bigint;
}

/**
 * What the members of a scripted cluster agree on: a test changes it, and members that were started
 * on it answer from it. For tests of programs that use this library; it decides nothing by itself.
 */
export class ScriptedCluster {
  readonly orders: ReceivedOrder[] = [];
  readonly events: ClusterEvent[] = [];
  readonly history: HistoryItem[] = [];
  settings: MessageInitShape<typeof GetSettingsResponseSchema> = { settings: [] };
  explanation: MessageInitShape<typeof ExplainResponseSchema> = { possible: true };
  diagnosis: MessageInitShape<typeof ExamineClusterResponseSchema> = {};
  revision = 0;
  /** Events up to here are no longer kept. */
  forgotten = 0;
  /** Answers orders; it may throw what `refusal` makes. */
  answer: (order: ReceivedOrder) => OrderAnswer | Promise<OrderAnswer> = () => ({ accepted: true });
  private current: GetStatusResponse;
  private readonly listeners = new Set<() => void>();

  constructor(status: StatusInit) {
    this.current = create(GetStatusResponseSchema, status);
  }

  get status(): GetStatusResponse {
    return this.current;
  }

  /** Replaces fields of the status; watchers see it. */
  change(fields: StatusInit): void {
    this.current = create(GetStatusResponseSchema, { ...this.current, ...fields } as StatusInit);
    this.changed();
  }

  /** Replaces fields of one member's status. */
  changeMember(id: string, fields: MemberInit): void {
    this.change({
      members: this.current.members.map((member) =>
        member.id === id ? ({ ...member, ...fields } as MemberInit) : member,
      ),
    });
  }

  /** Commits an event at the next revision, or at the same as the one before. */
  commit(
    event: Omit<MessageInitShape<typeof ClusterEventSchema>, '$typeName' | 'revision'>,
    sameRevision = false,
  ): number {
    if (!sameRevision) this.revision += 1;
    const revision = BigInt(this.revision);
    const at = timestampFromDate(new Date());
    this.events.push(create(ClusterEventSchema, { at, ...event, revision }));
    this.changed();
    return this.revision;
  }

  /** Adds a history item, or replaces the one with the same id. */
  record(item: MessageInitShape<typeof HistoryItemSchema>): void {
    const made = create(HistoryItemSchema, item);
    const index = this.history.findIndex(({ id }) => id === made.id);
    if (index === -1) this.history.push(made);
    else this.history[index] = made;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** An error as a member returns it on purpose. */
export function refusal(
  code: Code,
  reasonCode: string,
  message: string,
  options: { readonly remedy?: string; readonly tryAddress?: string } = {},
): ConnectError {
  return new ConnectError(message, code, undefined, [
    { desc: ErrorDetailSchema, value: { reasonCode, message, ...options } },
  ]);
}
