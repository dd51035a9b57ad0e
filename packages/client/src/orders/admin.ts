import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { randomUUID } from 'node:crypto';
import type { Admin, OrderOptions } from '../cluster.js';
import { ClusterError } from '../cluster-error.js';
import type { CallOptions, Deadline } from '../connection/deadline.js';
import type { MemberList } from '../connection/member-list.js';
import type { ClusterStatus } from '../status/cluster-status.js';
import type { HistoryItem } from '../status/history.js';
import { awaitOutcome } from './await-outcome.js';
import { giveOrder } from './give-order.js';
import { operationOf, type Operation } from './operation.js';
import { workAdmin, type Send } from './work-admin.js';

export interface AdminParts {
  readonly members: MemberList;
  readonly deadline: (call: CallOptions) => Deadline;
  readonly status: (call: CallOptions) => Promise<ClusterStatus>;
  readonly history: (
    call: CallOptions & { readonly id: string },
  ) => Promise<readonly HistoryItem[]>;
}

/** Waiting for a planned change takes longer than asking for it. */
const OUTCOME_MS = 60_000;

export function adminOf({ members, deadline, status, history }: AdminParts): Admin {
  const give = (what: string, call: OrderOptions, send: Send): Promise<Operation> => {
    const operationId = call.operationId ?? randomUUID();
    const end = deadline(call);
    return giveOrder(members, end, {
      what,
      operationId,
      send: async ({ service }, options) =>
        operationOf(
          await send(service, { operationId, dryRun: call.dryRun ?? false }, options),
          operationId,
        ),
      status: () => status({ signal: call.signal, timeoutMs: end.leftMs }),
    });
  };
  return {
    switchover: (call = {}) =>
      give('switchover', call, (service, common, options) =>
        service.switchover(
          {
            ...common,
            to: call.to ?? '',
            force: call.force ?? false,
            ...(call.at !== undefined && { at: timestampFromDate(call.at) }),
          },
          options,
        ),
      ),
    cancelSwitchover: (call = {}) =>
      give('cancel switchover', call, (service, common, options) =>
        service.cancelSwitchover(common, options),
      ),
    failover: (call = {}) =>
      give('failover', call, (service, common, options) => {
        const { to = '', allowDataLoss = false, reason = '' } = call;
        return service.failover({ ...common, to, allowDataLoss, reason }, options);
      }),
    pause: (call = {}) =>
      give('pause', call, (service, common, options) => service.pause(common, options)),
    resume: (call = {}) =>
      give('resume', call, (service, common, options) => service.resume(common, options)),
    ...workAdmin(give),
    addMember: ({ id, role, address, ...rest }, call = {}) =>
      give('member add', call, (service, common, options) =>
        service.addMember({ ...common, id, role, address, ...given(rest) }, options),
      ),
    removeMember: (id, call = {}) =>
      give('member remove', call, (service, common, options) =>
        service.removeMember({ ...common, id }, options),
      ),
    changeMember: (id, { priority, noFailover, noSync }, call = {}) =>
      give('member set', call, (service, common, options) =>
        service.changeMember(
          { ...common, id, ...given({ priority, noFailover, noSync }) },
          options,
        ),
      ),
    wait: (operationId, call = {}) => {
      const end = deadline({ ...call, timeoutMs: call.timeoutMs ?? OUTCOME_MS });
      return awaitOutcome(operationId, end, async (id) => {
        try {
          const options = { id, signal: call.signal, timeoutMs: end.leftMs };
          return (await history(options)).find((item) => item.id === id);
        } catch (error) {
          if (error instanceof ClusterError && error.code === 'not_found') return undefined;
          throw error;
        }
      });
    },
  };
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without what is undefined: an absent field and one that says nothing are the same on the wire. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}
