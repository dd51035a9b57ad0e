import type {
  AddMemberResponse,
  CancelSwitchoverResponse,
  ChangeMemberResponse,
  FailoverResponse,
  PauseResponse,
  RemoveMemberResponse,
  ReinitializeResponse,
  RestartResponse,
  ResumeResponse,
  SetMaintenanceResponse,
  SwitchoverResponse,
  UpdateSettingsResponse,
} from '../gen/mha4rdb/v1/cluster_service_pb.js';

/** How the cluster took an order up. How it went stands in the history item with the same id. */
export interface Operation {
  readonly operationId: string;
  /** Committed; false on a dry run and where there was nothing to do. */
  readonly accepted: boolean;
  /** It is so already: nothing to do. */
  readonly alreadySo: boolean;
  readonly plan: readonly PlanStep[];
  readonly from: string | null;
  readonly to: string | null;
  readonly expectedGapMs: number | null;
  /** Null where it cannot be told. */
  readonly expectedLossBytes: number | null;
}

export interface PlanStep {
  /** Empty where it is the cluster. */
  readonly member: string;
  readonly action: string;
}

export function operationOf(
  wire:
    | SwitchoverResponse
    | CancelSwitchoverResponse
    | FailoverResponse
    | PauseResponse
    | ResumeResponse
    | SetMaintenanceResponse
    | RestartResponse
    | UpdateSettingsResponse
    | ReinitializeResponse
    | AddMemberResponse
    | RemoveMemberResponse
    | ChangeMemberResponse,
  operationId: string,
): Operation {
  const loss = 'expectedLossBytes' in wire ? wire.expectedLossBytes : undefined;
  return {
    operationId: wire.operationId === '' ? operationId : wire.operationId,
    accepted: wire.accepted,
    alreadySo: wire.alreadySo,
    plan: wire.plan.map(({ member, action }) => ({ member, action })),
    from: ('from' in wire ? wire.from : null) ?? null,
    to: ('to' in wire ? wire.to : null) ?? null,
    expectedGapMs: ('expectedGapMs' in wire ? wire.expectedGapMs : null) ?? null,
    expectedLossBytes: loss === undefined ? null : Number(loss),
  };
}
