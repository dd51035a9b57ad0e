import type { ExplainResponse } from '../gen/mha4rdb/v1/cluster_service_pb.js';

/** Whether a failover would work now, to whom, and if not why. */
export interface Explanation {
  readonly possible: boolean;
  readonly to: string | null;
  readonly checks: readonly ExplanationCheck[];
}

export interface ExplanationCheck {
  /** Empty where the check is about the cluster. */
  readonly member: string;
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export function explanationOf(wire: ExplainResponse): Explanation {
  return {
    possible: wire.possible,
    to: wire.to ?? null,
    checks: wire.checks.map(({ member, check, ok, detail }) => ({ member, check, ok, detail })),
  };
}
