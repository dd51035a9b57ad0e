import type { Instant, NodeId } from '@mha4rdb/kernel';
import type { Command } from '../../cluster/command.js';
import { isInMaintenance, type ClusterState } from '../../cluster/state.js';
import { classifyRequest } from '../../coordinator/operator.js';
import { waitFor } from '../../lease/timing.js';
import { hasCommittedInTerm, leadingNodeOf } from '../../raft/queries.js';
import type { OperatorReply } from '../effect.js';
import type { OperatorRequest } from '../event.js';
import { situationOf } from '../situation.js';
import type { NodeState } from '../state.js';
import { openWork } from '../work.js';
import { readinessOf } from './readiness.js';

/** What an order would do, step by step. Nothing happens. */
export interface OrderPlan {
  readonly kind: 'plan';
  readonly steps: readonly { readonly member: NodeId | null; readonly action: string }[];
  readonly from: NodeId | null;
  readonly to: NodeId | null;
  /** An estimate from the timing in force; null where writes are not interrupted. */
  readonly expectedGapMs: number | null;
  /** 0: free of loss; null: cannot be told. */
  readonly expectedLossBytes: number | null;
}

/** Only the coordinator can say; others answer who that is. */
export function planOrder(
  node: NodeState,
  request: OperatorRequest,
  now: Instant,
  wall: number,
): OrderPlan | Extract<OperatorReply, { kind: 'refused' | 'elsewhere' }> {
  const { id } = request;
  const situation = situationOf(openWork(node, now, wall));
  if (situation === null || !hasCommittedInTerm(node.raft)) {
    const leader = leadingNodeOf(node.raft);
    return { id, kind: 'elsewhere', coordinator: leader === node.options.me ? null : leader };
  }
  const verdict = classifyRequest(situation, request);
  switch (verdict.kind) {
    case 'refused':
      return { id, ...verdict };
    case 'done':
      return plan(
        node,
        [{ member: null, action: `nothing: ${verdict.detail}` }],
        node.cluster.primary,
      );
    case 'propose':
      return planCommand(node, verdict.command, now);
  }
}

function planCommand(node: NodeState, command: Command, now: Instant): OrderPlan {
  const from = node.cluster.primary;
  switch (command.type) {
    case 'StartSwitchover':
      return {
        ...plan(node, switchoverSteps(from, command.to), command.to),
        expectedGapMs: 800,
        expectedLossBytes: 0,
      };
    case 'ScheduleSwitchover': {
      const { to } = command;
      const step = {
        member: null,
        action: `keep until its time, then switch over to ${to ?? 'the best candidate'} if it can take over then`,
      };
      return plan(node, [step, ...switchoverSteps(from, to)], to);
    }
    case 'BeginElection': {
      const to = command.preferred ?? readinessOf(node, now).to;
      return {
        ...plan(node, failoverSteps(from, to), to),
        expectedGapMs: Math.round(waitFor(node.cluster.grantMs)),
        expectedLossBytes: command.override === null ? 0 : null,
      };
    }
    case 'AllowLoss':
      return {
        ...plan(node, failoverSteps(null, command.override.to), command.override.to),
        expectedLossBytes: null,
      };
    case 'StartRestart':
      return planRestart(node, command);
    case 'StartReinit':
      return plan(node, reinitSteps(node.cluster, command.member), null);
    case 'SetMaintenance':
      return plan(node, maintenanceSteps(node.cluster, command), null);
    default:
      return plan(node, [{ member: null, action: 'commit the setting' }], from);
  }
}

function switchoverSteps(from: NodeId | null, to: NodeId | null): OrderPlan['steps'] {
  return [
    { member: from, action: 'flush to disk while still open' },
    {
      member: from,
      action: 'close the port, stop in order, release the grant with the last position',
    },
    { member: to, action: 'check that it has that position; be appointed' },
    { member: to, action: 'promote, write the epoch marker, wait for the standbys' },
    { member: to, action: 'open the port, take and announce the virtual address' },
    { member: from, action: 'start again as a standby' },
  ];
}

function maintenanceSteps(
  cluster: ClusterState,
  { member, on }: Extract<Command, { type: 'SetMaintenance' }>,
): OrderPlan['steps'] {
  if (!on) {
    return [
      { member, action: 'is watched again: follows the primary, as far as it has to' },
      { member: cluster.primary, action: 'commits count on it once it streams' },
    ];
  }
  const rule = cluster.confirmed?.rule;
  const counts = rule?.standbys.includes(member) === true;
  const others = rule?.standbys.filter((id) => !isInMaintenance(cluster, id) && id !== member);
  const spare = (others?.length ?? 0) >= (rule?.acks ?? 0);
  const letGo = spare
    ? 'commits stop counting on it'
    : cluster.settings.durability.degrade
      ? 'commits wait for one standby less: while it is away, only the primary’s own return is free of loss'
      : 'commits go on counting on it, since durability.degrade is off: they wait while it does not stream';
  return [
    { member, action: 'its database is left alone; it gives no evidence and is not appointed' },
    ...(counts ? [{ member: cluster.primary, action: letGo }] : []),
  ];
}

function planRestart(
  node: NodeState,
  { members, inPlace }: Extract<Command, { type: 'StartRestart' }>,
): OrderPlan {
  const { primary } = node.cluster;
  const steps = members.map((member) => ({
    member,
    action:
      member !== primary
        ? 'its server stops in order and starts again; the next one follows when it streams'
        : inPlace
          ? 'stops in order, starts again where it is, and opens again: writes wait meanwhile'
          : 'hands over to a standby, and starts again as one',
  }));
  const interrupts = primary !== null && members.includes(primary);
  return { ...plan(node, steps, null), expectedGapMs: interrupts ? (inPlace ? 1500 : 800) : null };
}

function reinitSteps({ primary }: ClusterState, member: NodeId): OrderPlan['steps'] {
  return [
    { member: primary, action: `commits stop counting on ${member}` },
    {
      member,
      action: 'its server stops; the data is copied from the primary beside the old directory',
    },
    { member, action: 'the directories are swapped, and the old one is kept aside' },
    { member, action: 'streams, and commits count on it again' },
  ];
}

function failoverSteps(from: NodeId | null, to: NodeId | null): OrderPlan['steps'] {
  return [
    { member: from, action: 'stop at once, if it can be reached; else its grant is waited out' },
    { member: null, action: 'all other members seal and report where their logs end' },
    {
      member: to,
      action: 'the greatest of them is appointed, promotes, opens, takes the virtual address',
    },
    { member: from, action: 'wind back or copy anew, follow' },
  ];
}

function plan(node: NodeState, steps: OrderPlan['steps'], to: NodeId | null): OrderPlan {
  return {
    kind: 'plan',
    steps,
    from: node.cluster.primary,
    to,
    expectedGapMs: null,
    expectedLossBytes: 0,
  };
}
