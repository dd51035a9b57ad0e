import type { NodeId } from '@mha4rdb/kernel';
import { no, type MembershipObjection } from './objection.js';
import { memberOf, removedOf, type ClusterState } from './state.js';

/**
 * Why a member cannot begin to leave, by what is replicated; null when it can. Who is within reach is
 * the coordinator's to add (`classifyRequest`).
 */
export function objectionToRemoval(state: ClusterState, id: NodeId): MembershipObjection | null {
  const member = memberOf(state, id);
  if (state.phase === 'forming') {
    return no('forming', 'the cluster is not formed yet', 'see `mhactl explain`');
  }
  if (member === undefined) {
    const gone = removedOf(state, id) !== undefined;
    return gone
      ? no('removed', `${id} was removed already`, 'nothing is left to do')
      : no('not-a-member', `${id} is not a member`, 'see `mhactl status`');
  }
  if (member.standing === 'leaving') {
    return no('busy', `${id} is leaving already`, 'see `mhactl explain` for what that waits for');
  }
  const staying = state.members.filter((other) => other.id !== id && other.standing !== 'leaving');
  if (staying.length === 0) {
    return no('last-member', `${id} is the last member`, 'stop its agent instead');
  }
  if (member.role === 'arbiter') return null;
  if (state.primary === id || state.confirmed?.primary === id) {
    return no('is-primary', `${id} is the primary`, 'switch over to another member first');
  }
  if (!staying.some((other) => other.role === 'data' && other.standing === undefined)) {
    return no(
      'last-data-member',
      `without ${id} no data member would be left`,
      'add another one first, and wait until it streams',
    );
  }
  if (state.phase !== 'running') {
    return no(
      'no-primary',
      `no data member is removed while no primary is in service (phase ${state.phase})`,
      'wait until `mhactl status` shows one, or see `mhactl explain`',
    );
  }
  if (state.switchover?.to === id) {
    return no('busy', `a switchover to ${id} is under way`, 'wait for its end');
  }
  return null;
}
