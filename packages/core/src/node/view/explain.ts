import type { Instant, NodeId } from '@mha4rdb/kernel';
import { modeOf } from '../../cluster/state.js';
import type { NodeState } from '../state.js';
import { missingOf, readinessOf, type ReadinessCheck } from './readiness.js';

/** Would failover work now, to whom, and if not why (contract, `explain -o json`). */
export interface ExplainView {
  readonly possible: boolean;
  readonly to: NodeId | null;
  readonly checks: readonly ReadinessCheck[];
}

export function explainOf(node: NodeState, now: Instant): ExplainView {
  const { failoverReady, to, checks } = readinessOf(node, now);
  const missing = missingOf(node, now);
  const waiting: readonly ReadinessCheck[] =
    missing === null ? [] : [{ member: null, check: 'election', ok: false, detail: missing }];
  return { possible: failoverReady, to, checks: [...checks, ...modeCheck(node), ...waiting] };
}

/** No fault, so that `status` does not name it; but it is why a failover is not possible. */
function modeCheck({ cluster }: NodeState): readonly ReadinessCheck[] {
  if (modeOf(cluster) !== 'single') return [];
  const detail = 'a single node: nobody is there to take over; its database is restarted in place';
  return [{ member: null, check: 'mode', ok: false, detail }];
}
