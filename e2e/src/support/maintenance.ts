import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
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

/**
 * All servers restart one after the other, the primary by handing over; then the new primary where it
 * is; then a standby's data is copied anew. Nobody's server is the one that it was.
 */
export const rollingRestart: Scenario = async (lab, watch) => {
  const first = await primaryOf(lab);
  const before = await startedAt(lab);
  expect(await lab.ctl.run(['restart', '--all', '--yes'], WORK_MS)).toMatchObject({ code: 0 });
  await watch.writesAgain(watch.now(), SERVICE_MS);
  await lab.waitHealthy();
  const after = await startedAt(lab);
  for (const [id, at] of before) expect([id, after.get(id)]).not.toEqual([id, at]);
  const second = await primaryOf(lab);
  expect(second).not.toBe(first);

  const inPlace = await lab.ctl.run(['restart', second, '--in-place', '--yes'], WORK_MS);
  expect(inPlace).toMatchObject({ code: 0 });
  expect(await primaryOf(lab)).toBe(second);
  await watch.writesAgain(watch.now(), SERVICE_MS);
  await lab.waitHealthy();
  expect((await startedAt(lab)).get(second)).not.toBe(after.get(second));
};

/** The primary's data is not copied from anybody; a standby's is, and the old directory stays. */
export const copiedAnew: Scenario = async (lab) => {
  const primary = await primaryOf(lab);
  expect(await lab.ctl.run(['reinit', primary, '--yes'])).toMatchObject({ code: 3 });
  const standby = await standbyOf(lab);
  expect(await lab.ctl.run(['reinit', standby, '--yes'], WORK_MS)).toMatchObject({ code: 0 });
  const { dataDir } = lab.member(standby);
  const kept = readdirSync(dirname(dataDir)).filter((name) => name.includes('.mha-old-'));
  expect(kept.length).toBeGreaterThan(0);
};

/** A database is copied, or several servers restart in turn. */
const WORK_MS = 120_000;

/** When each server was started, by its own word. */
async function startedAt(lab: Lab): Promise<ReadonlyMap<string, string>> {
  const asked = lab.dataMembers.map(async (member) => {
    const at = await lab.sql(member, 'select pg_postmaster_start_time()', 'postgres');
    return [member.id, at] as const;
  });
  return new Map(await Promise.all(asked));
}

/** Longer than a grant, so that only the kept one bridges it; shorter than that. */
const UPGRADE_MS = 5_000;

/**
 * Every agent in turn ends with `stopMode: keep`, is away as for an upgrade, and comes back, the primary's
 * too: no server ends, and nobody else becomes primary.
 */
export const agentsUpgraded: Scenario = async (lab) => {
  const before = await lab.status();
  const servers = await startedAt(lab);
  for (const member of lab.dataMembers) {
    await member.agent.stop();
    await duration(UPGRADE_MS);
    member.agent.start();
    await lab.waitHealthy();
  }
  const after = await lab.status();
  expect([after.primary, after.epoch]).toEqual([before.primary, before.epoch]);
  expect(await startedAt(lab)).toEqual(servers);
};

/** Durability is changed by order while clients write, and back; what would shut them out is refused. */
export const durabilityChanged: Scenario = async (lab) => {
  const set = (...pairs: string[]) => lab.ctl.run(['config', 'set', ...pairs]);
  const rule = (acks: number) =>
    lab.waitStatus(
      `commits to wait for ${acks}`,
      ({ durability }) => durability.acks === acks,
      SERVICE_MS,
    );
  expect(await set('durability.degrade=false')).toMatchObject({ code: 0 });
  expect(await set('durability.mode=all')).toMatchObject({ code: 3 });
  expect(await set('durability.colour=red')).toMatchObject({ code: 3 });
  expect(await set('durability.mode=all', 'durability.degrade=true')).toMatchObject({ code: 0 });
  await rule(2);
  expect((await lab.status()).durability).toMatchObject({ mode: 'all', acks: 2 });
  const shown = await lab.ctl.run(['config', 'show', '-o', 'json']);
  const { revision } = JSON.parse(shown.stdout) as { revision: number };
  const late = await lab.ctl.run([
    'config',
    'set',
    'durability.mode=async',
    '--revision',
    String(revision - 1),
  ]);
  expect(late).toMatchObject({ code: 3 });
  expect(await set('durability.mode=majority')).toMatchObject({ code: 0 });
  await rule(1);
};
