import type { ServiceImpl } from '@connectrpc/connect';
import type { ClusterService } from '@mha4rdb/proto';
import type { Forwarder } from './forwarder.js';
import { knownIdOf } from './member-orders.js';
import type { Carry } from './orders.js';

type WorkOrders = Pick<
  ServiceImpl<typeof ClusterService>,
  'setMaintenance' | 'restart' | 'reinitialize' | 'updateSettings'
>;

/** What an operator orders of single members while they stay members. */
export function workOrders(carry: Carry, forwarder: Forwarder): WorkOrders {
  return {
    setMaintenance: (wire, context) => {
      const { on } = wire;
      const member = knownIdOf(wire.id);
      return carry(
        wire,
        context,
        (id) => ({ kind: 'maintenance', id, member, on }),
        forwarder.setMaintenance,
      );
    },
    restart: (wire, context) => {
      const { ids, inPlace } = wire;
      const members = ids.length === 0 ? null : [...new Set(ids.map(knownIdOf))];
      return carry(
        wire,
        context,
        (id) => ({ kind: 'restart', id, members, inPlace }),
        forwarder.restart,
      );
    },
    updateSettings: (wire, context) => {
      const revision = wire.revision === undefined ? null : Number(wire.revision);
      const changes = wire.changes.map(({ key, value }) => ({ key, value }));
      return carry(
        wire,
        context,
        (id) => ({ kind: 'settings', id, revision, changes }),
        forwarder.updateSettings,
      );
    },
    reinitialize: (wire, context) => {
      const member = knownIdOf(wire.id);
      return carry(wire, context, (id) => ({ kind: 'reinit', id, member }), forwarder.reinitialize);
    },
  };
}
