import { clusterSuite } from '../support/cluster-suite.js';
import { standbyAside } from '../support/maintenance.js';

clusterSuite('three databases, maintenance', { mode: 'cluster' }, ({ scenario }) => {
  scenario('a standby in maintenance is left alone, and a switchover passes it over', standbyAside);
});
