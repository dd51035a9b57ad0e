import { logIndexOf } from '@mha4rdb/kernel';
import { createCluster, dispatch, stateOf, voters } from '../testing/cluster.js';
import { elapse, elect, leaders, propose } from '../testing/drive.js';
import { node } from '../testing/node.js';

const a = node('a');
const b = node('b');

/** a leads b and c, and learns that an entry removed it. */
function retiredLeader() {
  const cluster = createCluster(voters(3), 1);
  elect(cluster, a);
  propose(cluster, a, 'first');
  elapse(cluster, 100);
  dispatch(cluster, a, { kind: 'retire', now: cluster.now, index: logIndexOf(7) });
  return cluster;
}

/** Goal: whoever was removed takes no part any more, whatever its log says (R58). */
describe('a node that the cluster says it removed', () => {
  it('leads no longer, at once', () => {
    const cluster = retiredLeader();
    expect(stateOf(cluster, a)).toMatchObject({ role: 'follower', leader: null, retired: 7 });
    elapse(cluster, 4000);
    expect(leaders(cluster)).not.toContain(a);
    expect(leaders(cluster)).toHaveLength(1);
  });

  it('hears nobody: neither a term nor an entry of those who stay comes to it', () => {
    const cluster = retiredLeader();
    const { term, log } = stateOf(cluster, a);
    elapse(cluster, 4000);
    propose(cluster, leaders(cluster)[0] ?? b, 'second');
    elapse(cluster, 500);
    expect(stateOf(cluster, b).term).toBeGreaterThan(term);
    expect(stateOf(cluster, a).term).toBe(term);
    expect(stateOf(cluster, a).log).toEqual(log);
  });

  it('is told once: a later word of another entry changes nothing', () => {
    const cluster = retiredLeader();
    dispatch(cluster, a, { kind: 'retire', now: cluster.now, index: logIndexOf(9) });
    expect(stateOf(cluster, a).retired).toBe(7);
  });
});
