import { clusterSuite } from '../support/cluster-suite.js';
import {
  forgets,
  lostArbiterIsReplaced,
  removedWhileAway,
  secondArbiterIsAdded,
  twoDirectoriesAreLost,
} from '../support/membership.js';
import { primaryOf } from '../support/moments.js';

clusterSuite('three databases, members come and go', { mode: 'cluster' }, ({ scenario }) => {
  scenario('a member that was removed while its host was down returns', removedWhileAway);
  scenario("the primary's agent loses its directory", forgets(primaryOf));
  scenario(
    'two standbys lose the directories of their agents at once',
    twoDirectoriesAreLost((lab, primary) => [...lab.members.keys()].filter((id) => id !== primary)),
  );
});

clusterSuite('two databases, members come and go', { mode: 'dual' }, ({ scenario }) => {
  scenario(
    'the arbiter loses its directory',
    forgets(() => Promise.resolve('n3')),
  );
  scenario(
    "the primary's agent and the arbiter lose their directories at once",
    twoDirectoriesAreLost((_, primary) => [primary, 'n3']),
  );
  scenario('the arbiter is lost for good and replaced, then the primary', lostArbiterIsReplaced);
  scenario(
    'a second arbiter is added, then the first and the primary are lost',
    secondArbiterIsAdded,
  );
});
