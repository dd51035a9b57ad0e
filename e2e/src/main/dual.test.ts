import { clusterSuite } from '../support/cluster-suite.js';
import {
  losesOther,
  losesPrimary,
  survives,
  switchoverForthAndBack,
} from '../support/scenarios.js';

clusterSuite('two databases and an arbiter', { mode: 'dual' }, ({ scenario }) => {
  scenario('the postmaster of the primary is killed', survives('crash'));
  scenario("the primary's host loses its power", losesPrimary('power'));
  scenario("the primary's host is cut off for 20 s", losesPrimary('partition', 20_000));
  scenario("the primary's agent is killed and starts again", survives('kill-agent'));
  scenario("the primary's agent is frozen for 20 s", losesPrimary('freeze-agent', 20_000));
  scenario('a switchover forth and back', switchoverForthAndBack);
  scenario("the standby's host loses its power", losesOther('standby'));
  scenario("the arbiter's host loses its power", losesOther('arbiter'));
});
