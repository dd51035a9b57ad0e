import { type FaultName, cannotStarveOfMemory } from '@mha4rdb/tools/lab';
import { clusterSuite } from '../support/cluster-suite.js';
import { losesPrimary, losesPrimaryAndData } from '../support/scenarios.js';

/** Whatever becomes of the agent, its host's kernel ends what it had allowed. */
const FAULTS: readonly (readonly [name: string, fault: FaultName, forMs: number])[] = [
  ['is frozen', 'freeze-agent', 12_000],
  ['is frozen with all its children', 'freeze-agent-tree', 12_000],
  ['is killed with all its children', 'kill-agent-tree', 8_000],
  ['gets no CPU', 'starve-cpu', 12_000],
  ...(cannotStarveOfMemory() === null
    ? [['gets no memory', 'starve-memory', 12_000] as const]
    : []),
];

const notTried = cannotStarveOfMemory();
if (notTried !== null) process.stderr.write(`    not tried here: no memory: ${notTried}\n`);

clusterSuite('an agent that cannot act, balanced', { mode: 'dual' }, ({ scenario }) => {
  for (const [name, fault, forMs] of FAULTS) {
    scenario(`the primary's agent ${name}`, losesPrimary(fault, forMs));
  }
});

// A grant of 1.2 s: the VIP has no lifetime, and the port lease is all there is.
clusterSuite('an agent that cannot act, fast', { mode: 'dual', timing: 'fast' }, ({ scenario }) => {
  for (const [name, fault, forMs] of FAULTS) {
    scenario(`the primary's agent ${name}`, losesPrimary(fault, forMs));
  }
});

// Its database could acknowledge alone, for ever: only the kernel is in its way.
clusterSuite(
  'an agent that cannot act, asynchronous',
  {
    mode: 'dual',
    acceptsLoss: true,
    overrides: () => ({ top: { durability: { mode: 'async' } } }),
  },
  ({ scenario }) => {
    for (const [name, fault] of FAULTS) {
      scenario(
        `the primary's agent ${name}, and an operator accepts the loss`,
        losesPrimaryAndData(fault),
        (report) => expect(report.acknowledgedThroughVip).toBeGreaterThan(0),
      );
    }
  },
);
