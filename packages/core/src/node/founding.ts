import {
  lifeOf,
  lifeOfVoter,
  nodeOfVoter,
  type Life,
  type LogIndex,
  type NodeId,
} from '@mha4rdb/kernel';
import { differenceText, foundingDifferences } from '../cluster/founding-difference.js';
import type { Founding } from '../cluster/initial.js';
import type { Member } from '../cluster/state.js';
import { membersOf } from '../raft/membership/configuration.js';
import { lastIndex } from '../raft/queries.js';
import type { Entry, NodeState } from './state.js';

/** What a configured member answers to one that starts with an empty Raft directory. */
export interface FoundingAnswer {
  /** It holds something that a first start does not: a vote, a term, an entry, a cluster's state. */
  readonly formed: boolean;
  /** The latest life of the asking node that it knows of. */
  readonly life: Life;
  /** The index of the entry that removed the asking node, where one did. */
  readonly retired: LogIndex | null;
  /**
   * The members and settings that it stands on: the replicated ones where a cluster is formed, else
   * those that it would found with. Null: it joins itself, and has received none yet.
   */
  readonly basis: Founding | null;
}

/**
 * The answer of a node that asks itself. It would found with `basis`; null where its directory was begun
 * by joining: then it was told of a cluster, and founds none.
 */
export function askingAnswer(basis: Founding | null): FoundingAnswer {
  return { formed: basis === null, life: lifeOf(0), retired: null, basis };
}

/** What a node with an empty Raft directory does. */
export type FoundingDecision =
  | { readonly kind: 'start'; readonly entry: Entry }
  /** Asks on: these have not said what is needed yet. */
  | { readonly kind: 'wait'; readonly for: readonly NodeId[]; readonly reason: string }
  /** Asks on, and people have to change something before an answer can be another one. */
  | {
      readonly kind: 'refused';
      readonly code: 'unequal-lists' | 'not-a-member' | 'other-role';
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly kind: 'retired'; readonly index: LogIndex };

export interface FoundingQuestion {
  readonly me: NodeId;
  /** What this node is configured with, itself among the members. */
  readonly founding: Founding;
  readonly answers: Readonly<Record<NodeId, FoundingAnswer | undefined>>;
  /** Its directory was begun by joining, and has received nothing yet: it founds no more. */
  readonly joined: boolean;
  /**
   * This machine's wall clock in milliseconds: a life must be one that this node never had, whatever
   * of its former lives the others know.
   */
  readonly wall: number;
}

/**
 * Found, join or wait (R8). It founds only when EVERY other configured member answered that it holds
 * nothing AND would found with the same list: one that is silent may hold a cluster in which this node
 * has voted, and under two lists two majorities need not meet. It joins as soon as anybody holds a
 * cluster that lists it. Safe, because whoever has counted a vote of this node is beyond its first
 * term, and answers `formed`.
 */
export function foundingDecision(question: FoundingQuestion): FoundingDecision {
  const { me, founding, answers, joined } = question;
  const others = founding.members.map(({ id }) => id).filter((id) => id !== me);
  const given = others.flatMap((id) => {
    const answer = answers[id];
    return answer === undefined ? [] : [{ id, ...answer }];
  });
  const retired = given.find((answer) => answer.retired !== null)?.retired ?? null;
  if (retired !== null) return { kind: 'retired', index: retired };
  if (joined || given.some(({ formed }) => formed)) return joining(question, given);
  const silent = others.filter((id) => answers[id] === undefined);
  const unequal = objectionToLists(founding, given, silent);
  if (unequal !== null) return unequal;
  if (silent.length === 0) return { kind: 'start', entry: { kind: 'found' } };
  return {
    kind: 'wait',
    for: silent,
    reason: `to found the cluster, ${silent.join(', ')} must answer that there is none yet`,
  };
}

type Given = FoundingAnswer & { readonly id: NodeId };

/** A cluster exists. Nobody admits a node that is not on its list, so it does not begin before it is. */
function joining(question: FoundingQuestion, given: readonly Given[]): FoundingDecision {
  const { me, founding, wall } = question;
  const own = founding.members.find(({ id }) => id === me);
  const informed = given.filter(({ formed, basis }) => formed && basis !== null);
  const listed = informed.flatMap(({ id, basis }) =>
    (basis?.members ?? []).filter((member) => member.id === me).map((member) => ({ id, member })),
  );
  const [first] = listed;
  if (first !== undefined) {
    const { member, id } = first;
    if (own !== undefined && own.role !== member.role) return otherRole(founding, own, member, id);
    const known = Math.max(0, ...given.map(({ life }) => life));
    const life = lifeOf(Math.max(known + 1, Math.floor(wall)));
    return { kind: 'start', entry: { kind: 'join', life } };
  }
  if (informed.length > 0 && own !== undefined) {
    return notAMember(
      founding,
      own,
      informed.map(({ id }) => id),
    );
  }
  const rest = founding.members
    .map(({ id }) => id)
    .filter((id) => id !== me && !informed.some((answer) => answer.id === id));
  return {
    kind: 'wait',
    for: rest,
    reason: `the cluster exists; to join it, one of ${rest.join(', ')} must show its list of members`,
  };
}

function objectionToLists(
  mine: Founding,
  given: readonly Given[],
  silent: readonly NodeId[],
): FoundingDecision | null {
  const unequal = given.flatMap(({ id, basis }) => {
    const differences = basis === null ? [] : foundingDifferences(mine, basis);
    return differences.length === 0 ? [] : [{ id, differences }];
  });
  if (unequal.length === 0) return null;
  const texts = unequal.map(
    ({ id, differences }) => `${id} (${differences.map(differenceText).join('; ')})`,
  );
  const also = silent.length === 0 ? '' : `; ${silent.join(', ')} silent`;
  return {
    kind: 'refused',
    code: 'unequal-lists',
    reason: `this node would found another cluster than ${texts.join(', ')}${also}`,
    remedy:
      'give every first member the same members, durability and timing, and restart those that were ' +
      'changed; whoever is to come later is added once the cluster is formed: mhactl member add',
  };
}

function notAMember({ name }: Founding, own: Member, by: readonly NodeId[]): FoundingDecision {
  const { id, role, address, database } = own;
  const where = `--address ${address}${database === undefined ? '' : ` --database ${database}`}`;
  return {
    kind: 'refused',
    code: 'not-a-member',
    reason: `cluster ${name} is formed, and ${id} is not on its list of members (${by.join(', ')} ${by.length === 1 ? 'says' : 'say'} so)`,
    remedy: `mhactl member add ${id} --role ${role} ${where}; this node goes on by itself then`,
  };
}

function otherRole({ name }: Founding, own: Member, listed: Member, by: NodeId): FoundingDecision {
  return {
    kind: 'refused',
    code: 'other-role',
    reason: `${own.id} is configured as ${own.role}, and ${listed.role} on the list of cluster ${name} (${by} says so)`,
    remedy:
      `run the ${listed.role === 'data' ? 'agent' : 'arbiter'} on this host, ` +
      'or give it an id that was never used and add that: mhactl member add',
  };
}

/** What this node answers to `asker`. */
export function foundingAnswerOf(node: NodeState, asker: NodeId): FoundingAnswer {
  const { raft, cluster, reports } = node;
  // Nothing but what a first start writes: the first term, no vote, and no entry after the snapshot.
  const first = raft.term <= 1 && raft.votedFor === null && lastIndex(raft) <= 1;
  // It was told of a cluster, whatever it has received of it.
  const joined = lifeOfVoter(raft.options.id) > 0;
  const named = membersOf(raft.configuration.value).filter((id) => nodeOfVoter(id) === asker);
  const listed = cluster.members.find(({ id }) => id === asker)?.life ?? 0;
  // Its incarnation is at least its life, and reports of a lower one are taken for late ones.
  const reported = reports[asker]?.report.incarnation ?? 0;
  return {
    formed: joined || !first,
    life: lifeOf(Math.max(listed, reported, ...named.map(lifeOfVoter))),
    retired: cluster.removed.find(({ id }) => id === asker)?.index ?? null,
    basis: raft.snapshot === null ? null : basisOf(node),
  };
}

function basisOf({ cluster: { name, members, settings, grantMs } }: NodeState): Founding {
  return { name, members, settings, grantMs };
}
