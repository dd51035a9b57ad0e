import { lifeOf, voterIdOf, type Life, type NodeId } from '@mha4rdb/kernel';
import { memberOf, type ClusterState, type Member } from './state.js';

/** The Raft identity under which this member takes part; null while it has not been heard of. */
export function voterOf({ id, life }: Pick<Member, 'id' | 'life'>): NodeId | null {
  return life === null ? null : voterIdOf(id, life ?? lifeOf(0));
}

/**
 * Does the list know this node under this life? One that lost its Raft directory, or was only just
 * added, takes no part until it does: what a former life promised, it does not know (R8).
 */
export function isAdmitted(state: Pick<ClusterState, 'members'>, id: NodeId, life: Life): boolean {
  const member = memberOf(state, id);
  return member !== undefined && member.life !== null && (member.life ?? 0) === life;
}
