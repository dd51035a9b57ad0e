import { clusterSuite } from '../support/cluster-suite.js';
import { losesPrimary, survives } from '../support/scenarios.js';

// Emulated: real PostgreSQL servers behind the login, the functions and the programs of Vastbase.
clusterSuite('three emulated Vastbase', { mode: 'cluster', engine: 'vastbase' }, ({ scenario }) => {
  scenario('the server of the primary is killed', survives('crash'));
  scenario("the primary's host loses its power", losesPrimary('power'));
});
