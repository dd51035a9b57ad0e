import { lifeOf, voterIdOf } from '@mha4rdb/kernel';
import {
  createCluster,
  dispatch,
  loseDisk,
  stateOf,
  voters,
  type Cluster,
} from '../testing/cluster.js';
import { watch } from '../testing/checker.js';
import { elapse, elect, leaders, propose } from '../testing/drive.js';
import { node } from '../testing/node.js';
import { configurationOf } from './configuration.js';

const a = node('a');
const b = node('b');
const c = node('c');
const again = (id: typeof a) => voterIdOf(id, lifeOf(7));

/** a leads b and c; every property is checked after each event. */
function led(): Cluster {
  const cluster = createCluster(voters(3), 1);
  watch(cluster);
  elect(cluster, a);
  propose(cluster, a, 'first');
  elapse(cluster, 100);
  return cluster;
}

function change(cluster: Cluster, to: ReturnType<typeof configurationOf>): boolean {
  const { now } = cluster;
  const { voters: next, learners } = to;
  const event = { kind: 'changeMembership', now, voters: next, learners } as const;
  const result = dispatch(cluster, a, event);
  elapse(cluster, 300);
  return result.membership?.ok === true;
}

/** Goal: an identity that lost its disk never votes again, and the new one not before it is let in (R8). */
describe('a voter that lost its disk, of three', () => {
  it('is no voter until the committed configuration says so, and one like any other after', () => {
    const cluster = led();
    loseDisk(cluster, b, again(b));
    elapse(cluster, 500);
    // Nobody knows it, and it knows nobody: it has neither a configuration nor a term.
    expect(stateOf(cluster, again(b)).configuration.value.voters).toEqual([]);
    expect(change(cluster, configurationOf([a, c, again(b)]))).toBe(false);
    expect(change(cluster, configurationOf([a, c], [again(b)]))).toBe(true);
    expect(stateOf(cluster, again(b)).votedFor).toBeNull();
    expect(change(cluster, configurationOf([a, c, again(b)]))).toBe(true);
    expect(stateOf(cluster, a).configuration.value).toEqual(configurationOf([a, c, again(b)]));
    loseDisk(cluster, a, again(a));
    elapse(cluster, 4000);
    expect(leaders(cluster)).toHaveLength(1);
  });

  it('elects nobody with the other one that is left behind: the two are no majority', () => {
    const cluster = led();
    loseDisk(cluster, b, again(b));
    loseDisk(cluster, a, again(a));
    elapse(cluster, 10_000);
    expect(leaders(cluster)).toEqual([]);
    expect(stateOf(cluster, c).role).not.toBe('leader');
  });

  it('leaves a leader without a majority when a second one is lost, until an operator acts', () => {
    const cluster = led();
    loseDisk(cluster, b, again(b));
    loseDisk(cluster, c, again(c));
    const { commit } = stateOf(cluster, a);
    propose(cluster, a, 'never');
    elapse(cluster, 10_000);
    expect(stateOf(cluster, a).commit).toBe(commit);
    expect(leaders(cluster)).toEqual([]);
  });
});
