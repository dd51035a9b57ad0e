import { clusterSuite } from '../support/cluster-suite.js';
import {
  agentsUpgraded,
  copiedAnew,
  durabilityChanged,
  rollingRestart,
  standbyAside,
} from '../support/maintenance.js';

clusterSuite('three databases, maintenance', { mode: 'cluster' }, ({ scenario }) => {
  scenario('a standby in maintenance is left alone, and a switchover passes it over', standbyAside);
  scenario('all servers restart in turn, then the primary where it is', rollingRestart);
  scenario("a standby's data is copied anew by order", copiedAnew);
  scenario('durability is changed by order, and back', durabilityChanged);
});

clusterSuite(
  'three databases, agents that keep their databases',
  { mode: 'cluster', overrides: () => ({ top: { stopMode: 'keep' } }) },
  ({ scenario }) => {
    scenario('every agent is upgraded, for longer than a grant', agentsUpgraded, (report) => {
      // A write that waits for the next grant would wait for a second at least.
      expect(report.gapSince(0)).toBeLessThan(1_000);
    });
  },
);
