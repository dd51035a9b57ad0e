import {
  explainOf,
  formatLsn,
  leaderView,
  memberOf,
  planOrder,
  settingsOf,
  settingsRevision,
  statusOf,
  type LeaderView as CoreLeader,
  type NodeState,
  type OperatorReply,
  type OperatorRequest,
  type PublishedEvent,
} from '@mha4rdb/core';
import { invariant, type NodeId } from '@mha4rdb/kernel';
import type { Clock } from '../clock/monotonic-clock.js';
import { readHostPort } from '../config/scalar-readers.js';
import type {
  ChangeView,
  ClusterQueries,
  HistoryView,
  LeaderView,
  StatusView,
} from '../rpc/cluster-queries.js';
import type { ChangeLog } from './change-log.js';

/** What the services ask, answered by core's views of the loop's state at that moment. */
export function coreQueries(source: {
  readonly state: () => NodeState;
  readonly clock: Clock;
  readonly changes: ChangeLog;
  readonly ask: (request: OperatorRequest) => Promise<OperatorReply>;
  readonly subscribe: (listener: () => void) => () => void;
}): ClusterQueries {
  const { state, clock, changes } = source;
  return {
    status: () => statusView(state(), clock),
    leader: () => {
      const leader = leaderView(state());
      return leader === null ? null : wireLeader(leader);
    },
    history: () => state().cluster.events.map(historyView),
    explain: () => {
      const { possible, to, checks } = explainOf(state(), clock.now());
      return {
        possible,
        to,
        checks: checks.map((check) => ({ ...check, member: check.member ?? '' })),
      };
    },
    settings: () => ({
      revision: settingsRevision(state().cluster),
      settings: settingsOf(state().cluster.settings),
    }),
    plan: (request) => {
      const planned = planOrder(state(), request, clock.now(), clock.wall());
      if (planned.kind !== 'plan') return planned;
      const { kind, steps, ...rest } = planned;
      const named = steps.map(({ member, action }) => ({ member: member ?? '', action }));
      return { kind, plan: { ...rest, steps: named } };
    },
    submit: source.ask,
    revision: () => state().raft.applied,
    changesAfter: (revision) => {
      const { events, gap } = changes.after(revision);
      return { changes: events.map((event) => changeView(event, state())), gap };
    },
    subscribe: source.subscribe,
    addressOf: (id: NodeId) => memberOf(state().cluster, id)?.address,
  };
}

function statusView(node: NodeState, clock: Clock): StatusView {
  const { asOfMs, clusterId, members, changing, ...view } = statusOf(
    node,
    clock.now(),
    clock.wall(),
  );
  return {
    ...view,
    clusterId: clusterId ?? '',
    asOf: asOfMs,
    reasons: changing === null ? view.reasons : [...view.reasons, changing],
    members: members.map(({ sinceMs, reportAgeMs, trouble, health, standing, ...member }) => ({
      ...member,
      ...(standing !== null && { standing }),
      health: trouble ?? health,
      ...(reportAgeMs !== null && { reportAgeMs }),
      since: sinceMs ?? 0,
    })),
  };
}

function historyView(event: NodeState['cluster']['events'][number]): HistoryView {
  const { index: _index, detail: _detail, candidates, ...item } = event;
  return {
    ...item,
    candidates: candidates.map(({ position, ...candidate }) => ({
      ...candidate,
      position: position === null ? '' : formatLsn(position.lsn),
    })),
  };
}

function changeView(event: PublishedEvent, node: NodeState): ChangeView {
  const { index, leader, from, to, operation, result, detail, ...rest } = event;
  const known = leader === null ? undefined : leaderOfEvent(event, node);
  return {
    ...rest,
    revision: index,
    ...(known !== undefined && { leader: known }),
    ...(from !== null && { from }),
    ...(to !== null && { to }),
    ...(operation !== null && { operationId: operation }),
    ...(result !== null && { result }),
    ...(detail !== null && { detail }),
  };
}

/** The leader that an event names, which need not be today's. */
function leaderOfEvent({ leader, epoch }: PublishedEvent, node: NodeState): LeaderView | undefined {
  const database = leader === null ? undefined : memberOf(node.cluster, leader)?.database;
  if (leader === null || database === undefined) return undefined;
  const vip = node.reports[leader]?.report.vips[0]?.address ?? null;
  return wireLeader({ id: leader, database, epoch, vip });
}

function wireLeader({ id, database, epoch, vip }: CoreLeader): LeaderView {
  const address = readHostPort(database);
  invariant(address.ok, 'configuration', `${database} was accepted as HOST:PORT and is none`);
  return {
    id,
    database: address.value,
    epoch,
    vip: vip === null ? null : (vip.split('/')[0] ?? null),
  };
}
