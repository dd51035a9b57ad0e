/** The part of `mhactl status -o json` that the lab reads (see the contract for all of it). */
export interface ClusterStatus {
  readonly verdict: 'healthy' | 'degraded' | 'unavailable';
  readonly failoverReady: boolean;
  readonly reasons: readonly string[];
  readonly coordinator: string | null;
  readonly primary: string | null;
  readonly epoch: number;
  readonly paused: boolean;
  readonly answeredBy: string;
  readonly vip: readonly { readonly address: string; readonly holder: string | null }[];
  readonly members: readonly MemberStatus[];
}

/** One member in the status. */
export interface MemberStatus {
  readonly id: string;
  readonly role: 'data' | 'arbiter';
  readonly state: string;
  readonly reachable: boolean;
  readonly timeline?: number;
  readonly position?: string;
}

/** One entry of `mhactl history -o json`. */
export interface HistoryEvent {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly epoch: number;
  readonly trigger: string;
  readonly phases: Readonly<Record<string, number | null>>;
  readonly writeGapMs: number | null;
  readonly candidates: readonly {
    readonly id: string;
    readonly position: string;
    readonly chosen: boolean;
    readonly reason: string;
  }[];
  readonly result: string;
}

/** One line that says how a status looks. */
export function describeStatus(status: ClusterStatus): string {
  const members = status.members.map(({ id, state }) => `${id} ${state}`).join(', ');
  const reasons = status.reasons.length === 0 ? '' : `: ${status.reasons.join('; ')}`;
  return `${status.verdict}${reasons} [${members}]`;
}
