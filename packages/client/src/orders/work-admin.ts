import type { Admin, OrderOptions } from '../cluster.js';
import type { Connection } from '../connection/connection.js';
import type { Operation, operationOf } from './operation.js';

/** One call of one method, with what all orders say. */
export type Send = (
  service: Connection['service'],
  common: { readonly operationId: string; readonly dryRun: boolean },
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
) => Promise<Parameters<typeof operationOf>[0]>;

/** What an operator orders of single members while they stay members. */
export function workAdmin(
  give: (what: string, call: OrderOptions, send: Send) => Promise<Operation>,
): Pick<Admin, 'maintenance' | 'restart' | 'reinitialize' | 'updateSettings'> {
  return {
    maintenance: (id, on, call = {}) =>
      give('maintenance', call, (service, common, options) =>
        service.setMaintenance({ ...common, id, on }, options),
      ),
    restart: ({ ids = [], inPlace = false, ...call } = {}) =>
      give('restart', call, (service, common, options) =>
        service.restart({ ...common, ids: [...ids], inPlace }, options),
      ),
    updateSettings: (changes, { revision, ...call } = {}) =>
      give('config set', call, (service, common, options) => {
        const compared = revision === undefined ? {} : { revision: BigInt(revision) };
        return service.updateSettings({ ...common, ...compared, changes: [...changes] }, options);
      }),
    reinitialize: (id, call = {}) =>
      give('reinit', call, (service, common, options) =>
        service.reinitialize({ ...common, id }, options),
      ),
  };
}
