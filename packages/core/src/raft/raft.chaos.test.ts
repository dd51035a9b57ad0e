import { elapse, hostIds, propose } from './testing/drive.js';
import { hostOf } from './testing/cluster.js';
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
