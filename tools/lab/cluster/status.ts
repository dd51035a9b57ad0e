import type { ClusterStatus } from '@mha4rdb/client';

/** One line that says how a status looks. */
export function describeStatus(status: ClusterStatus): string {
  const members = status.members.map(({ id, state }) => `${id} ${state}`).join(', ');
  const reasons = status.reasons.length === 0 ? '' : `: ${status.reasons.join('; ')}`;
  return `${status.verdict}${reasons} [${members}]`;
}

/** Healthy by the word of a member that is not cut off, with every member in its place. */
export function isWholeAndHealthy(status: ClusterStatus): boolean {
  return (
    status.verdict === 'healthy' &&
    !status.stale &&
    status.primary !== null &&
    status.members.every(({ state }) => ['primary', 'standby', 'arbiter'].includes(state))
  );
}
