import type { Instant, NodeId } from '@mha4rdb/kernel';
import type { NodeState } from '../state.js';
import { readinessOf, type ReadinessCheck } from './readiness.js';

/** Would failover work now, to whom, and if not why (contract, `explain -o json`). */
export interface ExplainView {
  readonly possible: boolean;
  readonly to: NodeId | null;
  readonly checks: readonly ReadinessCheck[];
}

export function explainOf(node: NodeState, now: Instant): ExplainView {
  const { failoverReady, to, checks } = readinessOf(node, now);
  const waiting: readonly ReadinessCheck[] =
    node.why === null ? [] : [{ member: null, check: 'election', ok: false, detail: node.why }];
  return { possible: failoverReady, to, checks: [...checks, ...waiting] };
}
