import { LAB_NETWORK, type Lab, waitUntil } from '@mha4rdb/tools/lab';
import type { Scenario } from './cluster-suite.js';
import { SERVICE_MS, primaryOf } from './moments.js';

/** A database is copied meanwhile. */
const JOIN_MS = 120_000;

/** A fourth member joins under writing clients, counts for commits, and goes for good. */
export const memberComesAndGoes: Scenario = async (lab) => {
  const member = await lab.addHost();
  const { address } = member.plan;
  const added = await lab.ctl.run(
    [
      ...['member', 'add', member.id, '--role', 'data', '--yes'],
      ...['--address', `${address}:${LAB_NETWORK.agentPort}`],
      ...['--database', `${address}:${LAB_NETWORK.databasePort}`],
    ],
    JOIN_MS,
  );
  expect(added).toMatchObject({ code: 0 });
  await lab.waitStatus(
    `${member.id} to stream, vote and count`,
    ({ members, durability }) =>
      durability.electable.includes(member.id) &&
      members.some(({ id, state, voting }) => isTakingPart(id, member.id, state, voting)),
    JOIN_MS,
  );
  const again = await lab.ctl.run(['member', 'remove', 'n9', '--yes']);
  expect(again.code).toBe(3);

  const removed = await lab.ctl.run(['member', 'remove', member.id, '--yes'], JOIN_MS);
  expect(removed).toMatchObject({ code: 0 });
  await lab.waitStatus(
    `${member.id} to be gone from the list`,
    ({ members }) => !members.some(({ id }) => id === member.id),
    SERVICE_MS,
  );
  await lab.removeHost(member.id);
};

/**
 * The agent's directory of a standby is lost, its vote and log with it. It comes back as another
 * voter, through a committed entry, and never under its old vote (R8).
 */
export const standbyForgets: Scenario = async (lab) => {
  const before = await lab.status();
  const standby = before.members.find(({ state }) => state === 'standby')?.id ?? '';
  await lab.member(standby).loseAgentDirectory();
  await readmitted(lab, standby);
  expect(await primaryOf(lab)).toBe(before.primary);
};

/** The history tells of it, and the member votes again. */
export async function readmitted(lab: Lab, member: string): Promise<void> {
  await waitUntil(
    async () =>
      (await lab.ctl.history(10)).some(
        ({ kind, to, result }) => kind === 'memberReadmitted' && to === member && result === 'done',
      ),
    { timeoutMs: JOIN_MS, everyMs: 500, what: `${member} to be readmitted` },
  );
  await lab.waitStatus(
    `${member} to be a voter again`,
    ({ members }) =>
      members.some(({ id, state, voting }) => isTakingPart(id, member, state, voting)),
    JOIN_MS,
  );
}

function isTakingPart(id: string, wanted: string, state: string, voting: string): boolean {
  return id === wanted && ['standby', 'primary', 'arbiter'].includes(state) && voting === 'voter';
}
