import type { Client, HandlerContext } from '@connectrpc/connect';
import {
  ClusterService,
  type AddMemberRequest,
  type AddMemberResponse,
  type CancelSwitchoverRequest,
  type CancelSwitchoverResponse,
  type ChangeMemberRequest,
  type ChangeMemberResponse,
  type FailoverRequest,
  type FailoverResponse,
  type PauseRequest,
  type PauseResponse,
  type RemoveMemberRequest,
  type RemoveMemberResponse,
  type ReinitializeRequest,
  type ReinitializeResponse,
  type RestartRequest,
  type RestartResponse,
  type ResumeRequest,
  type ResumeResponse,
  type SetMaintenanceRequest,
  type SetMaintenanceResponse,
  type SwitchoverRequest,
  type SwitchoverResponse,
  type UpdateSettingsRequest,
  type UpdateSettingsResponse,
} from '@mha4rdb/proto';
import type { TlsMaterial } from '../transport/socket-factory.js';
import { memberClient } from './member-client.js';
import { FORWARDED_HEADER, type Forward } from './orders.js';

/** An order answers when it is committed: a few round trips, or an election. */
const FORWARD_TIMEOUT_MS = 10_000;

export interface Forwarder {
  readonly switchover: Forward<SwitchoverRequest, SwitchoverResponse>;
  readonly cancelSwitchover: Forward<CancelSwitchoverRequest, CancelSwitchoverResponse>;
  readonly failover: Forward<FailoverRequest, FailoverResponse>;
  readonly pause: Forward<PauseRequest, PauseResponse>;
  readonly resume: Forward<ResumeRequest, ResumeResponse>;
  readonly setMaintenance: Forward<SetMaintenanceRequest, SetMaintenanceResponse>;
  readonly updateSettings: Forward<UpdateSettingsRequest, UpdateSettingsResponse>;
  readonly restart: Forward<RestartRequest, RestartResponse>;
  readonly reinitialize: Forward<ReinitializeRequest, ReinitializeResponse>;
  readonly addMember: Forward<AddMemberRequest, AddMemberResponse>;
  readonly removeMember: Forward<RemoveMemberRequest, RemoveMemberResponse>;
  readonly changeMember: Forward<ChangeMemberRequest, ChangeMemberResponse>;
}

/** Passes orders on to the coordinator as this member, on a connection of their own each. */
export function createForwarder(
  node: string,
  nameOf: (address: string) => string | undefined,
  tls?: TlsMaterial,
): Forwarder {
  const passing =
    <Request, Response>(
      call: (
        client: Client<typeof ClusterService>,
      ) => (
        request: Request,
        options: { headers: Record<string, string>; timeoutMs: number; signal: AbortSignal },
      ) => Promise<Response>,
    ): Forward<Request, Response> =>
    async (address, request, context: HandlerContext) => {
      const name = nameOf(address) ?? '';
      const { client, close } = memberClient(ClusterService, address, name, tls);
      const left = context.timeoutMs() ?? FORWARD_TIMEOUT_MS;
      try {
        return await call(client)(request, {
          headers: { [FORWARDED_HEADER]: node },
          timeoutMs: Math.max(1, Math.min(left, FORWARD_TIMEOUT_MS)),
          signal: context.signal,
        });
      } finally {
        close();
      }
    };
  return {
    switchover: passing((client) => client.switchover),
    cancelSwitchover: passing((client) => client.cancelSwitchover),
    failover: passing((client) => client.failover),
    pause: passing((client) => client.pause),
    resume: passing((client) => client.resume),
    setMaintenance: passing((client) => client.setMaintenance),
    updateSettings: passing((client) => client.updateSettings),
    restart: passing((client) => client.restart),
    reinitialize: passing((client) => client.reinitialize),
    addMember: passing((client) => client.addMember),
    removeMember: passing((client) => client.removeMember),
    changeMember: passing((client) => client.changeMember),
  };
}
