import type { ClusterStatus } from '@mha4rdb/client';

/** One line that says how a status looks. */
export function describeStatus(status: ClusterStatus): string {
  const members = status.members.map(({ id, state }) => `${id} ${state}`).join(', ');
  const reasons = status.reasons.length === 0 ? '' : `: ${status.reasons.join('; ')}`;
  return `${status.verdict}${reasons} [${members}]`;
}

/** What an asynchronous cluster is told at its best: `degraded`, since a failover may lose writes. */
const ASYNCHRONOUS = /^commits wait for no standby/;

/** Healthy by the word of a member that is not cut off, with every member in its place. */
export function isWholeAndHealthy(status: ClusterStatus): boolean {
  return (
    (status.verdict === 'healthy' || isOnlyAsynchronous(status)) &&
    !status.stale &&
    status.primary !== null &&
    status.members.every(({ state }) => ['primary', 'standby', 'arbiter'].includes(state))
  );
}

function isOnlyAsynchronous({ verdict, durability, reasons }: ClusterStatus): boolean {
  return (
    durability.mode === 'async' &&
    verdict === 'degraded' &&
    reasons.every((reason) => ASYNCHRONOUS.test(reason))
  );
}
