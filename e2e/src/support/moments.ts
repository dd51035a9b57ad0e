import { type Lab, type Watch, monotonicMs, waitUntil } from '@mha4rdb/tools/lab';

/** How long a cluster may need for a failover, judged by a deadline that is no measurement. */
export const SERVICE_MS = 30_000;

/** Passes the time that a scenario itself asks for ("for 20 s"). */
export async function duration(ms: number): Promise<void> {
  const end = monotonicMs() + ms;
  await waitUntil(() => monotonicMs() >= end, { timeoutMs: ms + 5_000, what: `${ms} ms` });
}

/** The member that is primary now. */
export async function primaryOf(lab: Lab): Promise<string> {
  const { primary } = await lab.waitStatus('a primary', (s) => s.primary !== null, SERVICE_MS);
  return primary ?? '';
}

/** Waits until another member than `old` is primary, and writes are acknowledged there. */
export async function failedOver(lab: Lab, watch: Watch, old: string): Promise<string> {
  const { primary } = await lab.waitStatus(
    `another primary than ${old}`,
    (status) => status.primary !== null && status.primary !== old,
    SERVICE_MS,
  );
  await watch.writesAgain(monotonicMs(), SERVICE_MS);
  return primary ?? '';
}

/** Waits until a member is seen as unreachable: the cluster has noticed. */
export async function noticedLossOf(lab: Lab, member: string): Promise<void> {
  await lab.waitStatus(
    `${member} noticed as lost`,
    ({ members }) => members.some(({ id, reachable }) => id === member && !reachable),
    SERVICE_MS,
  );
}
