import { clusterSuite } from '../support/cluster-suite.js';
import { memberComesAndGoes, standbyForgets } from '../support/membership.js';
import { coldStart, losesOther, losesPrimary } from '../support/scenarios.js';

clusterSuite('three databases', { mode: 'cluster' }, ({ scenario }) => {
  scenario("the primary's host loses its power", losesPrimary('power'));
  scenario("every process of the primary's database is frozen", losesPrimary('freeze-database'));
  scenario("the coordinator's host loses its power", losesOther('coordinator'));
  scenario('a member is added, counts for commits, and is removed', memberComesAndGoes);
  scenario('a standby loses the directory of its agent', standbyForgets);
  scenario(
    'all hosts lose their power and start again together',
    coldStart((lab) => [...lab.members.keys()]),
  );
});
