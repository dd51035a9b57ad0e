import { clusterSuite } from '../support/cluster-suite.js';
import {
  losesOther,
  losesPrimary,
  survives,
  switchoverForthAndBack,
} from '../support/scenarios.js';

// Emulated: real PostgreSQL servers behind the login, the functions and the programs of the family.
clusterSuite(
  'two emulated Vastbase and an arbiter',
  { mode: 'dual', engine: 'vastbase' },
  (suite) => {
    suite.scenario("the primary's host is cut off for 20 s", losesPrimary('partition', 20_000));
    suite.scenario("the primary's agent is killed and starts again", survives('kill-agent'));
    suite.scenario("the primary's agent is frozen for 20 s", losesPrimary('freeze-agent', 20_000));
    suite.scenario('a switchover forth and back', switchoverForthAndBack);
    suite.scenario("the standby's host loses its power", losesOther('standby'));
  },
);

clusterSuite('one emulated openGauss', { mode: 'single', engine: 'opengauss' }, ({ scenario }) => {
  scenario('the server is killed', survives('crash'));
});
