import type { Instant, NodeId } from '@mha4rdb/kernel';
import type { MemberState } from '../member/state.js';
import type { NodeEffect } from './effect.js';
import type { PeerMessage } from './event.js';
import type { NodeState } from './state.js';

/**
 * One step in the making. Local to one call of `stepNode`: from outside the step is a pure function,
 * inside it the stages hand this on.
 */
export interface Work {
  node: NodeState;
  readonly effects: NodeEffect[];
  readonly now: Instant;
  readonly wall: number;
}

export function openWork(node: NodeState, now: Instant, wall: number): Work {
  return { node, effects: [], now, wall };
}

export function send(work: Work, to: NodeId, message: PeerMessage): void {
  work.effects.push({ type: 'send', to, message });
}

export function decided(work: Work, event: string, fields: Record<string, unknown> = {}): void {
  work.effects.push({
    type: 'decided',
    decision: { event, fields: { epoch: work.node.cluster.epoch, ...fields } },
  });
}

export function updateMember(work: Work, change: (member: MemberState) => MemberState): void {
  const { member } = work.node;
  if (member !== null) work.node = { ...work.node, member: change(member) };
}
