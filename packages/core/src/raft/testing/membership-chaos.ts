import { lifeOf, nodeOfVoter, voterIdOf, type NodeId, type SeededRandom } from '@mha4rdb/kernel';
import { isJoint, isMember, type Configuration } from '../membership/configuration.js';
import { dispatch, hostOf, join, loseDisk, type Cluster } from './cluster.js';
import { hostIds, leaders } from './drive.js';

/** What became of the changes of a run, so that a test can say that they did happen. */
export interface MembershipChanges {
  /** Appended, and refused by their reason. */
  appended: number;
  readonly refused: Record<string, number>;
  lost: number;
  lives: number;
}

export function noChanges(): MembershipChanges {
  return { appended: 0, refused: {}, lost: 0, lives: 0 };
}

const MOST_HOSTS = 14;

/** One of: a new host, a lost disk, or a leader's change to a neighbouring configuration. */
export function changeSomething(
  cluster: Cluster,
  random: SeededRandom,
  changes: MembershipChanges,
): void {
  const dice = random.next();
  if (dice < 0.1 && cluster.hosts.size < MOST_HOSTS) {
    changes.lives += 1;
    join(cluster, `${'mnopqrstu'[changes.lives % 9] ?? 'v'}${changes.lives}` as NodeId);
  } else if (dice < 0.2) loseOne(cluster, random, changes);
  else {
    for (const id of leaders(cluster)) {
      const change = neighbourOf(cluster, random, id);
      const result = dispatch(cluster, id, {
        kind: 'changeMembership',
        now: cluster.now,
        ...change,
      }).membership;
      if (result === undefined) continue;
      if (result.ok) changes.appended += 1;
      else changes.refused[result.error.code] = (changes.refused[result.error.code] ?? 0) + 1;
    }
  }
}

/**
 * A voter loses its disk and comes back under another life. Only while everybody who votes is whole
 * and the change before is complete, so that a majority is left and healing can be asked for; safety
 * asks for no such thing.
 */
function loseOne(cluster: Cluster, random: SeededRandom, changes: MembershipChanges): void {
  const alive = hostIds(cluster).filter((id) => hostOf(cluster, id).entry !== 'lost');
  const whole = alive.every((id) => {
    const configuration = hostOf(cluster, id).state?.configuration.value;
    // Of one that is down nobody knows what its disk holds: a change may be under way there.
    return configuration !== undefined && isWhole(cluster, configuration);
  });
  if (!whole) return;
  const id = random.pick(alive);
  changes.lives += 1;
  changes.lost += 1;
  loseDisk(cluster, id, voterIdOf(nodeOfVoter(id), lifeOf(changes.lives)));
}

function isWhole({ hosts }: Cluster, configuration: Configuration): boolean {
  const { voters } = configuration;
  if (voters.length === 0) return true;
  return (
    !isJoint(configuration) &&
    voters.length >= 3 &&
    voters.every((id) => hosts.get(id)?.entry !== 'lost')
  );
}

/** As a coordinator would: lost identities go, strangers come, learners are promoted, or one leaves. */
function neighbourOf(
  cluster: Cluster,
  random: SeededRandom,
  leader: NodeId,
): Pick<Configuration, 'voters' | 'learners'> {
  const configuration = hostOf(cluster, leader).state?.configuration.value;
  if (configuration === undefined) throw new RangeError(`${leader} is down`);
  const { voters, learners } = configuration;
  const isLost = (id: NodeId): boolean => hostOf(cluster, id).entry === 'lost';
  const lost = [...voters, ...learners].filter(isLost);
  if (lost.length > 0) {
    const stays = (id: NodeId): boolean => !isLost(id);
    return { voters: voters.filter(stays), learners: learners.filter(stays) };
  }
  const dice = random.next();
  const [learner] = learners;
  if (dice < 0.4 && learner !== undefined) {
    // Sometimes it replaces one or two: majorities before and after need then not meet (R47).
    const replaced = random.chance(0.4) ? [random.pick(voters), random.pick(voters)] : [];
    const staying = voters.filter((id) => !replaced.includes(id));
    return { voters: [...staying, learner], learners: learners.slice(1) };
  }
  // An identity that was a member once is used up: it never comes again.
  const strangers = hostIds(cluster).filter(
    (id) => hostOf(cluster, id).state?.configuration.index === 0 && !isMember(configuration, id),
  );
  if (dice < 0.8 && strangers.length > 0) {
    return { voters, learners: [...learners, random.pick(strangers)] };
  }
  if (voters.length <= 2) return { voters, learners };
  const gone = random.pick(voters);
  // Half of those that leave stay on as learners.
  const demoted = random.chance(0.5) ? [gone] : [];
  return { voters: voters.filter((id) => id !== gone), learners: [...learners, ...demoted] };
}
