import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  ClusterEventSchema,
  GetStatusResponseSchema,
  HistoryItemSchema,
  type ClusterEvent,
  type GetStatusResponse,
  type HistoryItem,
  type LeaderSchema,
  type MemberStatusSchema,
} from '@mha4rdb/proto';
import type {
  ChangeView,
  HistoryView,
  LeaderView,
  MemberView,
  StatusView,
} from './cluster-queries.js';

/** The version of the status JSON's shape (contract). */
const STATUS_SCHEMA = 1;

export function wireStatus(view: StatusView): GetStatusResponse {
  return create(GetStatusResponseSchema, {
    cluster: view.cluster,
    clusterId: view.clusterId,
    schema: STATUS_SCHEMA,
    asOf: timestampFromMs(view.asOf),
    answeredBy: view.answeredBy,
    stale: view.stale,
    mode: view.mode,
    verdict: view.verdict,
    failoverReady: view.failoverReady,
    reasons: [...view.reasons],
    ...given('coordinator', view.coordinator),
    term: BigInt(view.term),
    epoch: BigInt(view.epoch),
    ...given('primary', view.primary),
    paused: view.paused,
    durability: { ...view.durability, electable: [...view.durability.electable] },
    vip: view.vip.map(({ address, holder, observed }) => ({
      address,
      ...given('holder', holder),
      observed,
    })),
    members: view.members.map(wireMember),
    ...given('scheduled', wireScheduled(view.scheduled)),
  });
}

function wireScheduled(scheduled: StatusView['scheduled']) {
  if (scheduled == null) return null;
  const { id, to, due } = scheduled;
  return { id, ...given('to', to), at: timestampFromMs(due) };
}

function wireMember(view: MemberView): MessageInitShape<typeof MemberStatusSchema> {
  return {
    id: view.id,
    role: view.role,
    address: view.address,
    ...given('database', view.database),
    state: view.state,
    health: view.health,
    reachable: view.reachable,
    ...given('reportAgeMs', rounded(view.reportAgeMs)),
    ...given('timeline', view.timeline === undefined ? undefined : BigInt(view.timeline)),
    ...given('position', view.position),
    ...given('lagBytes', view.lagBytes === undefined ? undefined : BigInt(view.lagBytes)),
    ...given('lagMs', view.lagMs === undefined ? undefined : BigInt(Math.round(view.lagMs))),
    ...given('progress', view.progress === undefined ? undefined : wireProgress(view.progress)),
    ...given('sync', view.sync),
    ...given('grantMs', rounded(view.grantMs)),
    ...given('fencing', view.fencing),
    ...given('watchdog', view.watchdog),
    ...given('watchdogMs', rounded(view.watchdogMs)),
    since: timestampFromMs(view.since),
    voting: view.voting,
    ...given('standing', view.standing),
    ...given('priority', view.priority),
    ...given('noFailover', view.noFailover),
    ...given('noSync', view.noSync),
  };
}

function wireProgress({ step, bytesDone, bytesTotal }: NonNullable<MemberView['progress']>) {
  return {
    step,
    ...given('bytesDone', bytesDone === undefined ? undefined : BigInt(bytesDone)),
    ...given('bytesTotal', bytesTotal === undefined ? undefined : BigInt(bytesTotal)),
  };
}

export function wireLeader(view: LeaderView): MessageInitShape<typeof LeaderSchema> {
  return {
    id: view.id,
    database: { ...view.database },
    epoch: BigInt(view.epoch),
    ...given('vip', view.vip),
  };
}

export function wireChange(view: ChangeView): ClusterEvent {
  return create(ClusterEventSchema, {
    revision: BigInt(view.revision),
    type: view.type,
    at: timestampFromMs(view.at),
    epoch: BigInt(view.epoch),
    ...given('leader', view.leader === undefined ? undefined : wireLeader(view.leader)),
    ...given('from', view.from),
    ...given('to', view.to),
    ...given('operationId', view.operationId),
    ...given('result', view.result),
    ...given('detail', view.detail),
  });
}

export function wireHistory(view: HistoryView): HistoryItem {
  const { detectMs, electMs, sealMs, promoteMs, gateMs, vipMs } = view.phases;
  return create(HistoryItemSchema, {
    id: view.id,
    at: timestampFromMs(view.at),
    kind: view.kind,
    ...given('from', view.from),
    ...given('to', view.to),
    epoch: BigInt(view.epoch),
    trigger: view.trigger,
    initiator: view.initiator,
    phases: {
      ...given('detectMs', rounded(detectMs)),
      ...given('electMs', rounded(electMs)),
      ...given('sealMs', rounded(sealMs)),
      ...given('promoteMs', rounded(promoteMs)),
      ...given('gateMs', rounded(gateMs)),
      ...given('vipMs', rounded(vipMs)),
    },
    ...given('writeGapMs', rounded(view.writeGapMs)),
    candidates: view.candidates.map((candidate) => ({ ...candidate })),
    result: view.result,
  });
}

/** The key with its value, or nothing at all: absent and empty are different on the wire. */
export function given<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): Partial<Record<Key, Value>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

/** Whole milliseconds within 32 bits. */
function rounded(milliseconds: number | null | undefined): number | undefined {
  return milliseconds === null || milliseconds === undefined
    ? undefined
    : Math.min(0xffff_ffff, Math.max(0, Math.round(milliseconds)));
}
