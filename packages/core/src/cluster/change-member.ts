import { changed, refused, type Applied, type Place } from './applied.js';
import type { ChangeMember, MemberChanges } from './command.js';
import { withEvent } from './history.js';
import { no, type MembershipObjection } from './objection.js';
import { memberOf, type ClusterState, type Member } from './state.js';

/**
 * Guard: `objectionToChange`. Changes no rule: the primary's agent moves the rule afterwards, in the
 * order of protocol §6, and a rule that still names the member is as true as before.
 */
export function changeMember(state: ClusterState, command: ChangeMember, place: Place): Applied {
  const objection = objectionToChange(state, command.member, command.changes);
  if (objection !== null) return refused(state, objection.reason);
  const members = state.members.map((member) =>
    member.id === command.member ? withChanges(member, command.changes) : member,
  );
  return changed(
    withEvent(
      { ...state, members },
      {
        id: command.operation,
        index: place.index,
        at: command.at,
        kind: 'memberChanged',
        from: null,
        to: command.member,
        epoch: state.epoch,
        trigger: 'operator',
        initiator: 'operator',
        result: 'done',
        detail: changesText(command.changes),
      },
    ),
  );
}

/** Why a member cannot be changed so; null when it can. */
export function objectionToChange(
  state: ClusterState,
  id: Member['id'],
  { noFailover, noSync }: MemberChanges,
): MembershipObjection | null {
  const member = memberOf(state, id);
  if (state.phase === 'forming') {
    return no('forming', 'the cluster is not formed yet', 'see `mhactl explain`');
  }
  if (member === undefined)
    return no('not-a-member', `${id} is not a member`, 'see `mhactl status`');
  if (member.role === 'arbiter' && (noFailover === true || noSync === true)) {
    return no('no-database', `${id} is an arbiter: it has no database`, 'name a data member');
  }
  return null;
}

/** The member after the change; the same object where the change changes nothing. */
export function withChanges(member: Member, changes: MemberChanges): Member {
  const { noFailover: _failover, noSync: _sync, ...rest } = member;
  const priority = changes.priority ?? member.priority;
  const noFailover = changes.noFailover ?? member.noFailover === true;
  const noSync = changes.noSync ?? member.noSync === true;
  const same =
    priority === member.priority &&
    noFailover === (member.noFailover ?? false) &&
    noSync === (member.noSync ?? false);
  if (same) return member;
  return {
    ...rest,
    priority,
    ...(noFailover && { noFailover: true as const }),
    ...(noSync && { noSync: true as const }),
  };
}

function changesText({ priority, noFailover, noSync }: MemberChanges): string {
  return [
    priority === undefined ? '' : `priority ${priority}`,
    noFailover === undefined ? '' : noFailover ? 'kept from taking over' : 'may take over',
    noSync === undefined ? '' : noSync ? 'commits do not count on it' : 'commits may count on it',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
