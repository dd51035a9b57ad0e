import { clusterSuite } from '../support/cluster-suite.js';
import { copiedAnew, rollingRestart, standbyAside } from '../support/maintenance.js';

clusterSuite('three databases, maintenance', { mode: 'cluster' }, ({ scenario }) => {
  scenario('a standby in maintenance is left alone, and a switchover passes it over', standbyAside);
  scenario('all servers restart in turn, then the primary where it is', rollingRestart);
  scenario("a standby's data is copied anew by order", copiedAnew);
});
