import { type Lab, databaseProcesses, waitUntil } from '@mha4rdb/tools/lab';
import type { Scenario } from './cluster-suite.js';
import { SERVICE_MS, duration, failedOver, primaryOf } from './moments.js';

/** Longer than an agent needs to start a server that it watches. */
const UNTOUCHED_MS = 5_000;

/**
 * A standby is taken aside and its server stopped by hand: it stays down, writes go on, and the
 * primary is handed over to the other one. Given back, it streams again.
 */
export const standbyAside: Scenario = async (lab, watch) => {
  const primary = await primaryOf(lab);
  expect(await lab.ctl.run(['maintenance', 'on', primary])).toMatchObject({ code: 3 });
  const aside = await standbyOf(lab);
  expect(await lab.ctl.run(['maintenance', 'on', aside])).toMatchObject({ code: 0 });
  await lab.waitStatus(
    `commits to stop counting on ${aside}`,
    ({ durability }) => !durability.electable.includes(aside) && durability.acks > 0,
    SERVICE_MS,
  );
  lab.member(aside).stopDatabase();
  await waitUntil(() => databaseProcesses(lab.member(aside).dataDir).length === 0, {
    timeoutMs: SERVICE_MS,
    what: `the database of ${aside} to end`,
  });
  await watch.writesAgain(watch.now(), SERVICE_MS);
  await duration(UNTOUCHED_MS);
  expect(databaseProcesses(lab.member(aside).dataDir)).toEqual([]);
  const during = await lab.status();
  expect(during.members.find(({ id }) => id === aside)).toMatchObject({ state: 'maintenance' });
  expect(during).toMatchObject({ verdict: 'degraded', failoverReady: true });

  expect(await lab.ctl.run(['switchover', '--to', aside, '--yes'])).toMatchObject({ code: 3 });
  const handed = await lab.ctl.run(['switchover', '--yes']);
  expect(handed).toMatchObject({ code: 0 });
  const second = await failedOver(lab, watch, primary);
  expect([primary, aside]).not.toContain(second);

  expect(await lab.ctl.run(['maintenance', 'off', aside])).toMatchObject({ code: 0 });
};

/** Some standby that streams. */
async function standbyOf(lab: Lab): Promise<string> {
  const { members } = await lab.status();
  return members.find(({ state }) => state === 'standby')?.id ?? '';
}
