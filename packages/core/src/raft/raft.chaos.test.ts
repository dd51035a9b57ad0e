import { elapse, hostIds, propose } from './testing/drive.js';
import { isJoint, membersOf } from './membership/configuration.js';
import { hostOf, stateOf } from './testing/cluster.js';
import { heal, runChaos } from './testing/chaos.js';

/**
 * Goal: Raft's properties hold whatever happens, and a healed cluster serves again. Method: seeded
 * runs with drawn faults; every property is checked after every event (testing/checker.ts). A seed
 * that fails is printed by the test's name and fails again.
 */
describe.each([
  { size: 1, seeds: 4, steps: 3000 },
  { size: 3, seeds: 24, steps: 6000 },
  { size: 4, seeds: 10, steps: 6000 },
  { size: 5, seeds: 20, steps: 8000 },
])('$size nodes under loss, repetition, disorder, delays and crashes', ({ size, seeds, steps }) => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed))(
    'keep every property of Raft and serve again after healing (seed %i)',
    (seed) => {
      const run = runChaos(seed * 31 + size, size, steps);
      const leader = heal(run);
      expect(leader).not.toBeNull();
      if (leader === null) return;
      expect(propose(run.cluster, leader, 'last')).toBe(true);
      elapse(run.cluster, 300);
      const machines = hostIds(run.cluster).map((id) => hostOf(run.cluster, id).machine);
      expect(machines[0]?.at(-1)).toBe('last');
      for (const machine of machines) expect(machine).toEqual(machines[0]);
    },
  );
});

it('runs the same way twice from the same seed', () => {
  const [one, two] = [runChaos(77, 3, 3000), runChaos(77, 3, 3000)];
  expect(hostIds(one.cluster).map((id) => hostOf(one.cluster, id))).toEqual(
    hostIds(two.cluster).map((id) => hostOf(two.cluster, id)),
  );
});

it('meets what it is there to meet: elections, crashes, commits', () => {
  const run = runChaos(5, 3, 20_000);
  expect(run.checker.leaderOfTerm.size).toBeGreaterThan(1);
  expect(run.checker.committed.length).toBeGreaterThan(50);
  expect(run.proposals).toBeGreaterThan(50);
});

/**
 * Goal: the same with members that come, go and lose their disks. What is committed by one
 * configuration is never lost by the next; nobody votes twice, whatever was forgotten (R8, R44 to R51).
 */
describe('a cluster whose members change', () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))(
    'keeps every property of Raft and serves again after healing, out of the joint state (seed %i)',
    (seed) => {
      const run = runChaos(seed * 17 + 3, 3, 8000, { membership: true });
      const leader = heal(run);
      expect(leader).not.toBeNull();
      if (leader === null) return;
      expect(propose(run.cluster, leader, 'last')).toBe(true);
      elapse(run.cluster, 300);
      const { value } = stateOf(run.cluster, leader).configuration;
      expect(isJoint(value)).toBe(false);
      const present = membersOf(value).filter((id) => hostOf(run.cluster, id).entry !== 'lost');
      for (const id of present) expect(hostOf(run.cluster, id).machine.at(-1)).toBe('last');
    },
  );

  it('meets what it is there to meet: changes, refusals of each kind, lost disks', () => {
    const total = { appended: 0, lost: 0 };
    const reasons = new Set<string>();
    for (let seed = 0; seed < 10; seed++) {
      const { changes } = runChaos(seed * 17 + 3, 3, 8000, { membership: true });
      total.appended += changes.appended;
      total.lost += changes.lost;
      for (const reason of Object.keys(changes.refused)) reasons.add(reason);
    }
    expect(total.appended).toBeGreaterThan(50);
    expect(total.lost).toBeGreaterThan(5);
    expect([...reasons]).toEqual(
      expect.arrayContaining(['in-progress', 'unsettled', 'not-caught-up']),
    );
  });
});
