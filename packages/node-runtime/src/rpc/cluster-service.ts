import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, type ServiceImpl } from '@connectrpc/connect';
import type { NodeId } from '@mha4rdb/kernel';
import type { ClusterService } from '@mha4rdb/proto';
import type { ClusterQueries } from './cluster-queries.js';
import { failure } from './failure.js';
import type { Forwarder } from './forwarder.js';
import { changesOf, knownIdOf, newMemberOf } from './member-orders.js';
import { carryOrder, type Carry } from './orders.js';
import { workOrders } from './work-orders.js';
import { watchCluster } from './watch.js';
import { given, wireHistory, wireLeader, wireStatus } from './wire-views.js';

/** What operators and applications ask, answered from this member's view. */
export function clusterService(
  queries: ClusterQueries,
  forwarder: Forwarder,
): ServiceImpl<typeof ClusterService> {
  return { ...reads(queries), ...orders(queries, forwarder) };
}

type Service = ServiceImpl<typeof ClusterService>;
type Reads = Pick<
  Service,
  'getStatus' | 'getLeader' | 'watch' | 'getHistory' | 'explain' | 'getSettings'
>;
type Orders = Pick<
  Service,
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
  | 'changeMember'
>;

function reads(queries: ClusterQueries): Reads {
  return {
    getStatus: () => wireStatus(queries.status()),
    getLeader: () => {
      const leader = queries.leader();
      if (leader === null) {
        throw failure(Code.Unavailable, {
          reasonCode: 'no-primary',
          message: queries.status().reasons[0] ?? 'there is no confirmed primary now',
          remedy: 'wait for the next one (Watch), or see what status says',
        });
      }
      return { leader: wireLeader(leader) };
    },
    watch: (request, context) => watchCluster(queries, request, context.signal),
    getHistory: ({ last, id }) => {
      const all = queries.history();
      const items = id === '' ? all : all.filter((item) => item.id === id);
      if (id !== '' && items.length === 0) {
        throw failure(Code.NotFound, {
          reasonCode: 'bad-request',
          message: `no event ${id} is kept`,
          remedy: 'history without an id lists what is kept',
        });
      }
      return { items: items.slice(last === 0 ? 0 : -last).map(wireHistory) };
    },
    getSettings: () => {
      const { revision, settings } = queries.settings();
      return { revision: BigInt(revision), settings: settings.map((one) => ({ ...one })) };
    },
    explain: () => {
      const { possible, to, checks } = queries.explain();
      return { possible, ...given('to', to), checks: checks.map((check) => ({ ...check })) };
    },
  };
}

function orders(queries: ClusterQueries, forwarder: Forwarder): Orders {
  const carry: Carry = (wire, context, request, forward) =>
    carryOrder(queries, { wire, dryRun: wire.dryRun, request, forward }, context);
  return {
    switchover: (wire, context) =>
      carry(
        wire,
        context,
        (id) =>
          wire.at === undefined
            ? { kind: 'switchover', id, to: target(wire.to) }
            : { kind: 'scheduleSwitchover', id, to: target(wire.to), due: timestampMs(wire.at) },
        forwarder.switchover,
      ),
    cancelSwitchover: (wire, context) =>
      carry(wire, context, (id) => ({ kind: 'cancelSwitchover', id }), forwarder.cancelSwitchover),
    failover: (wire, context) => {
      if (wire.allowDataLoss && wire.reason === '') {
        throw failure(Code.InvalidArgument, {
          reasonCode: 'bad-request',
          message: 'allow_data_loss without a reason',
          remedy: 'say why, for the history: --reason TEXT',
        });
      }
      return carry(
        wire,
        context,
        (id) => ({
          kind: 'failover',
          id,
          to: target(wire.to),
          allowDataLoss: wire.allowDataLoss,
          reason: wire.reason,
        }),
        forwarder.failover,
      );
    },
    pause: (wire, context) =>
      carry(wire, context, (id) => ({ kind: 'pause', id }), forwarder.pause),
    resume: (wire, context) =>
      carry(wire, context, (id) => ({ kind: 'resume', id }), forwarder.resume),
    ...workOrders(carry, forwarder),
    addMember: (wire, context) => {
      const member = newMemberOf(wire);
      return carry(wire, context, (id) => ({ kind: 'addMember', id, member }), forwarder.addMember);
    },
    removeMember: (wire, context) => {
      const member = knownIdOf(wire.id);
      return carry(
        wire,
        context,
        (id) => ({ kind: 'removeMember', id, member }),
        forwarder.removeMember,
      );
    },
    changeMember: (wire, context) => {
      const member = knownIdOf(wire.id);
      const changes = changesOf(wire);
      return carry(
        wire,
        context,
        (id) => ({ kind: 'changeMember', id, member, changes }),
        forwarder.changeMember,
      );
    },
  };
}

function target(to: string): NodeId | null {
  return to === '' ? null : (to as NodeId);
}
