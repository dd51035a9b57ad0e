import { readFileSync } from 'node:fs';
import {
  LAB_NETWORK,
  type Lab,
  type Member,
  databaseProcesses,
  waitUntil,
} from '@mha4rdb/tools/lab';
import type { Scenario } from './cluster-suite.js';
import { SERVICE_MS, duration, noticedLossOf, primaryOf } from './moments.js';
import { losesPrimary } from './scenarios.js';

/** A database is copied meanwhile. */
const JOIN_MS = 120_000;

/** A fourth member joins under writing clients, counts for commits, and goes for good. */
export const memberComesAndGoes: Scenario = async (lab) => {
  const member = await addedMember(lab);
  await remove(lab, member.id);
  await lab.removeHost(member.id);
};

/** It was removed while its host was down: on its return it learns so, and its database stays down. */
export const removedWhileAway: Scenario = async (lab) => {
  const member = await addedMember(lab);
  await member.powerOff();
  await noticedLossOf(lab, member.id);
  await remove(lab, member.id);
  await member.powerOn();
  await waitUntil(() => readFileSync(member.logFile, 'utf8').includes('"event":"retired"'), {
    timeoutMs: SERVICE_MS,
    what: `${member.id} to be told of its removal`,
  });
  await waitUntil(() => databaseProcesses(member.dataDir).length === 0, {
    timeoutMs: SERVICE_MS,
    what: `the database of ${member.id} to be down`,
  });
  // What it was told is on its disk: its next life does not wait to be told again.
  await member.agent.kill();
  member.agent.start();
  await duration(5_000);
  expect(databaseProcesses(member.dataDir)).toEqual([]);
  const { members } = await lab.status();
  expect(members.map(({ id }) => id)).not.toContain(member.id);
  await lab.removeHost(member.id);
};

/**
 * The only arbiter is lost for good. Another one takes its place, and the primary's host is lost with
 * nobody but that one to decide.
 */
export const lostArbiterIsReplaced: Scenario = async (lab, watch) => {
  const lost = arbiterOf(lab);
  await lost.powerOff();
  await noticedLossOf(lab, lost.id);
  await remove(lab, lost.id);
  await lab.removeHost(lost.id);
  await addedMember(lab, 'arbiter');
  await losesPrimary('power')(lab, watch);
};

/** A second arbiter comes before the first one is lost: four voters bear that, and then the primary's loss. */
export const secondArbiterIsAdded: Scenario = async (lab, watch) => {
  const first = arbiterOf(lab);
  await addedMember(lab, 'arbiter');
  await first.powerOff();
  await noticedLossOf(lab, first.id);
  await watch.writesAgain(watch.now(), SERVICE_MS);
  await remove(lab, first.id);
  await lab.removeHost(first.id);
  await losesPrimary('power')(lab, watch);
};

function arbiterOf(lab: Lab): Member {
  const arbiter = [...lab.members.values()].find(({ plan }) => plan.role === 'arbiter');
  if (arbiter === undefined) throw new Error('the lab has no arbiter');
  return arbiter;
}

/** Longer than any grant of these suites. */
const CERTAIN_MS = 5_000;

/**
 * Two of three lose the directories of their agents at once. They have no vote, and no majority is left
 * to give them one: the service ends, and nobody is elected. Then what the runbook says: everything down,
 * every agent's directory aside, and a new cluster from the one database that has all.
 */
export function twoDirectoriesAreLost(
  who: (lab: Lab, primary: string) => readonly string[],
): Scenario {
  return async (lab, watch) => {
    const origin = await primaryOf(lab);
    const wiped = who(lab, origin).map((id) => lab.member(id));
    const before = wiped.map((member) => readFileSync(member.logFile, 'utf8').length);
    await Promise.all(wiped.map((member) => member.loseAgentDirectory()));
    await duration(CERTAIN_MS);
    const since = watch.now();
    await duration(CERTAIN_MS);
    expect(
      watch.consumerRecords.filter(({ outcome, sentAt }) => outcome === 'ack' && sentAt > since),
    ).toEqual([]);
    for (const [place, { logFile }] of wiped.entries()) {
      const said = readFileSync(logFile, 'utf8').slice(before[place]);
      expect(said).not.toMatch(/"event":"(?:elected|founding)"/);
    }
    const members = [...lab.members.values()];
    await Promise.all(members.map((member) => member.powerOff()));
    for (const member of members) {
      member.moveAside({ database: member.plan.role === 'data' && member.id !== origin });
    }
    await Promise.all(members.map((member) => member.powerOn()));
    await lab.waitHealthy(JOIN_MS);
    expect(await primaryOf(lab)).toBe(origin);
  };
}

/** A new host, added by an operator's order, until it votes and, with a database, commits count on it. */
async function addedMember(lab: Lab, role: Member['plan']['role'] = 'data'): Promise<Member> {
  const member = await lab.addHost(role);
  const { address } = member.plan;
  const added = await lab.ctl.run(
    [
      ...['member', 'add', member.id, '--role', role, '--yes'],
      ...['--address', `${address}:${LAB_NETWORK.agentPort}`],
      ...(role === 'data' ? ['--database', `${address}:${LAB_NETWORK.databasePort}`] : []),
    ],
    JOIN_MS,
  );
  expect(added).toMatchObject({ code: 0 });
  await lab.waitStatus(
    `${member.id} to vote, and to count if it has a database`,
    ({ members, durability }) =>
      (role === 'arbiter' || durability.electable.includes(member.id)) &&
      members.some(({ id, state, voting }) => isTakingPart(id, member.id, state, voting)),
    JOIN_MS,
  );
  return member;
}

async function remove(lab: Lab, member: string): Promise<void> {
  const unknown = await lab.ctl.run(['member', 'remove', 'n99', '--yes']);
  expect(unknown.code).toBe(3);
  const removed = await lab.ctl.run(['member', 'remove', member, '--yes'], JOIN_MS);
  expect(removed).toMatchObject({ code: 0 });
  await lab.waitStatus(
    `${member} to be gone from the list`,
    ({ members }) => !members.some(({ id }) => id === member),
    SERVICE_MS,
  );
}

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

/** The same happens to whoever coordinates or arbitrates, and to the primary's agent. */
export function forgets(who: (lab: Lab) => Promise<string>): Scenario {
  return async (lab, watch) => {
    const member = await who(lab);
    await lab.member(member).loseAgentDirectory();
    await readmitted(lab, member);
    await watch.writesAgain(watch.now(), SERVICE_MS);
  };
}

/** The history tells of it, and the member votes again. */
async function readmitted(lab: Lab, member: string): Promise<void> {
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
