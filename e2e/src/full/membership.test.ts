import { clusterSuite } from '../support/cluster-suite.js';
import { forgets, removedWhileAway } from '../support/membership.js';
import { primaryOf } from '../support/moments.js';

clusterSuite('three databases, members come and go', { mode: 'cluster' }, ({ scenario }) => {
  scenario('a member that was removed while its host was down returns', removedWhileAway);
  scenario("the primary's agent loses its directory", forgets(primaryOf));
});

clusterSuite('two databases, a lost directory', { mode: 'dual' }, ({ scenario }) => {
  scenario(
    'the arbiter loses its directory',
    forgets(() => Promise.resolve('n3')),
  );
});
