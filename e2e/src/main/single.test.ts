import { clusterSuite } from '../support/cluster-suite.js';
import { coldStart, survives } from '../support/scenarios.js';

clusterSuite('one database', { mode: 'single' }, ({ scenario }) => {
  scenario('the postmaster is killed and restarted in place', survives('crash'));
  scenario(
    'the host loses its power and starts again',
    coldStart(() => ['n1']),
  );
});
