import { nodeOfVoter, type Life, type LogIndex, type NodeId } from '@mha4rdb/kernel';
import { lifeOf, lifeOfVoter } from '@mha4rdb/kernel';
import { membersOf } from '../raft/membership/configuration.js';
import { lastIndex } from '../raft/queries.js';
import type { Entry, NodeState } from './state.js';

/**
 * What a configured member answers to one that starts with an empty Raft directory. `retired` is the
 * index of the entry that removed the asking node, where one did.
 */
export interface FoundingAnswer {
  /** It holds something that a first start does not: a vote, a term, an entry, a cluster's state. */
  readonly formed: boolean;
  /** The latest life of the asking node that it knows of. */
  readonly life: Life;
  readonly retired: LogIndex | null;
}

/** The answer of a node that has no Raft directory either. */
export const UNFORMED: FoundingAnswer = { formed: false, life: lifeOf(0), retired: null };

/** What a node with an empty Raft directory does. */
export type FoundingDecision =
  | { readonly kind: 'start'; readonly entry: Entry }
  | { readonly kind: 'wait'; readonly for: readonly NodeId[]; readonly reason: string }
  | { readonly kind: 'retired'; readonly index: LogIndex };

/**
 * Found, join or wait (R8). It founds only when EVERY other configured member answered that it holds
 * nothing: one that is silent may hold a cluster in which this node has voted. It joins as soon as
 * anybody holds one. Safe, because whoever has counted a vote of this node is beyond its first term,
 * and answers `formed`.
 *
 * @param others the other configured members.
 * @param wall this machine's wall clock in milliseconds: a life must be one that this node never had,
 *   whatever of its former lives the others know.
 */
export function foundingDecision(question: {
  readonly others: readonly NodeId[];
  readonly answers: Readonly<Record<NodeId, FoundingAnswer | undefined>>;
  readonly wall: number;
}): FoundingDecision {
  const { others, answers, wall } = question;
  const given = others.flatMap((id) => answers[id] ?? []);
  const retired = given.find((answer) => answer.retired !== null)?.retired ?? null;
  if (retired !== null) return { kind: 'retired', index: retired };
  if (given.some(({ formed }) => formed)) {
    const known = Math.max(0, ...given.map(({ life }) => life));
    const life = lifeOf(Math.max(known + 1, Math.floor(wall)));
    return { kind: 'start', entry: { kind: 'join', life } };
  }
  const silent = others.filter((id) => answers[id] === undefined);
  if (silent.length === 0) return { kind: 'start', entry: { kind: 'found' } };
  return {
    kind: 'wait',
    for: silent,
    reason: `to found the cluster, ${silent.join(', ')} must answer that there is none yet`,
  };
}

/** What this node answers to `asker`. */
export function foundingAnswerOf(node: NodeState, asker: NodeId): FoundingAnswer {
  const { raft, cluster, reports } = node;
  // Nothing but what a first start writes: the first term, no vote, and no entry after the snapshot.
  const first =
    raft.snapshot === null || (raft.term <= 1 && raft.votedFor === null && lastIndex(raft) <= 1);
  const named = membersOf(raft.configuration.value).filter((id) => nodeOfVoter(id) === asker);
  const listed = cluster.members.find(({ id }) => id === asker)?.life ?? 0;
  // Its incarnation is at least its life, and reports of a lower one are taken for late ones.
  const reported = reports[asker]?.report.incarnation ?? 0;
  return {
    formed: !first,
    life: lifeOf(Math.max(listed, reported, ...named.map(lifeOfVoter))),
    retired: cluster.removed.find(({ id }) => id === asker)?.index ?? null,
  };
}
