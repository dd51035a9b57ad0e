import { LIMITS, type NodeId } from '@mha4rdb/kernel';
import { compareIds } from '../quorum/rule.js';
import { changed, refused, type Applied, type Place } from './applied.js';
import type {
  AddMember,
  EstablishMember,
  ReadmitMember,
  RemoveMember,
  RetireMember,
} from './command.js';
import { failedBecause, eventId, withEvent, withUpdatedEvent } from './history.js';
import { no, type MembershipObjection } from './objection.js';
import { objectionToRemoval } from './removal.js';
import { memberOf, removedOf, type ClusterState, type Member } from './state.js';

/**
 * Guard: formed, an id that was never used (R8), an address of its own, and room. Puts it on the list,
 * without a life: it takes part once it has been heard of.
 */
export function addMember(state: ClusterState, command: AddMember, place: Place): Applied {
  const { id, role, address, database, priority, noFailover, noSync } = command.member;
  const objection = objectionToAddition(state, command.member);
  if (objection !== null) return refused(state, objection.reason);
  const member: Member = {
    id,
    role,
    address,
    ...(database !== undefined && { database }),
    priority,
    ...(noFailover !== undefined && { noFailover }),
    ...(noSync !== undefined && { noSync }),
    life: null,
    standing: 'joining',
  };
  const members = [...state.members, member].sort((a, b) => compareIds(a.id, b.id));
  return changed(
    withEvent(
      { ...state, members },
      {
        ...eventBase(state, command.operation, place),
        at: command.at,
        kind: 'memberAdded',
        to: id,
        detail: `${id} (${role}) at ${address}`,
      },
    ),
  );
}

/** Why a member cannot be added; null when it can. */
export function objectionToAddition(
  state: ClusterState,
  member: Member,
): MembershipObjection | null {
  const { id, role, address, database } = member;
  if (state.phase === 'forming') {
    return no('forming', 'the cluster is not formed yet', 'see `mhactl explain`');
  }
  if (memberOf(state, id) !== undefined) {
    return no('member-exists', `${id} is a member already`, 'see `mhactl status`');
  }
  if (removedOf(state, id) !== undefined) {
    return no(
      'id-used',
      `${id} was a member before and was removed; ids are used once`,
      'choose an id that was never used in this cluster, with an empty dataDir',
    );
  }
  if (role === 'data' && database === undefined) {
    return no(
      'no-database-address',
      `${id} is a data member without a database address`,
      'give the HOST:PORT of its database',
    );
  }
  if (state.members.some((other) => other.address === address)) {
    return no(
      'address-used',
      `another member is reached at ${address}`,
      'give the HOST:PORT of the new member itself',
    );
  }
  if (state.members.length >= LIMITS.members) {
    return no(
      'too-many-members',
      `a cluster has at most ${LIMITS.members} members`,
      'remove a member first',
    );
  }
  if (state.members.length + state.removed.length >= LIMITS.usedIds) {
    return no(
      'ids-exhausted',
      `this cluster has used ${LIMITS.usedIds} ids, and remembers every one`,
      'found a new cluster from a copy of the data',
    );
  }
  return null;
}

/**
 * Guard: `objectionToRemoval`. Marks the member: no new rule counts on it. Raises `ver`, so that no
 * rule that was proposed before can bring it back (protocol §6: only that ends a proposal).
 */
export function retireMember(state: ClusterState, command: RetireMember, place: Place): Applied {
  const objection = objectionToRemoval(state, command.member);
  if (objection !== null) return refused(state, objection.reason);
  const members = state.members.map((member) =>
    member.id === command.member ? { ...member, standing: 'leaving' as const } : member,
  );
  return changed(
    withEvent(
      { ...state, members, confirmed: raised(state) },
      {
        ...eventBase(state, command.operation, place),
        at: command.at,
        kind: 'memberRemoved',
        from: command.member,
        result: 'running',
      },
    ),
  );
}

/**
 * Guard (protocol §7): leaving, running, not the primary, and in neither the recorded, the target nor
 * the confirmed rule. From here on its id is used up.
 */
export function removeMember(state: ClusterState, command: RemoveMember, place: Place): Applied {
  const { member: id } = command;
  const member = memberOf(state, id);
  if (member?.standing !== 'leaving') return refused(state, `${id} is not leaving`);
  if (member.role === 'data' && state.phase !== 'running') {
    return refused(state, `no data member is removed in phase ${state.phase}`);
  }
  if (state.primary === id || state.confirmed?.primary === id) {
    return refused(state, `${id} is the primary`);
  }
  const rules = [state.confirmed?.rule, state.target?.rule];
  if (rules.some((rule) => rule?.standbys.includes(id) === true)) {
    return refused(state, `commits count on ${id}`);
  }
  if (state.switchover?.to === id) return refused(state, `a switchover to ${id} is under way`);
  const removed: ClusterState = {
    ...state,
    members: state.members.filter((other) => other.id !== id),
    removed: [...state.removed, { id, address: member.address, index: place.index }],
    confirmed: raised(state),
  };
  return changed(
    withUpdatedEvent(
      removed,
      (event) => event.kind === 'memberRemoved' && event.from === id,
      (event) => ({ ...event, result: 'done' }),
    ),
  );
}

/**
 * Guard: a member, and a life that it never had. Whether it may vote is Raft's configuration's matter,
 * which the coordinator moves after this (R8, R50).
 */
export function readmitMember(state: ClusterState, command: ReadmitMember, place: Place): Applied {
  const { member: id, life } = command;
  const member = memberOf(state, id);
  if (member === undefined) return refused(state, `${id} is not a member`);
  if (life <= (member.life ?? 0)) {
    return refused(state, `life ${life} of ${id} is not later than ${member.life ?? 0}`);
  }
  const known = {
    ...state,
    members: state.members.map((other) => (other.id === id ? { ...other, life } : other)),
  };
  // The first life of a new member is part of its addition.
  if (member.life === null) return changed(known);
  return changed(
    withEvent(known, {
      ...eventBase(state, null, place),
      at: command.at,
      kind: 'memberReadmitted',
      initiator: 'coordinator',
      trigger: 'raft-directory-lost',
      to: id,
      result: 'done',
      detail: `${id} came back without its Raft directory; its former votes stay its former life's`,
    }),
  );
}

/** Guard: joining. Ends what its addition began; commits may count on it from now on. */
export function establishMember(state: ClusterState, command: EstablishMember): Applied {
  const { member: id } = command;
  if (memberOf(state, id)?.standing !== 'joining') return refused(state, `${id} is not joining`);
  return changed(arrived(state, id));
}

/**
 * Whoever is appointed is a full member: a new one that was all that had the data has arrived, and one
 * that was leaving stays.
 */
export function keepAppointed(state: ClusterState): ClusterState {
  const { primary } = state;
  const standing = primary === null ? undefined : memberOf(state, primary)?.standing;
  if (primary === null || standing === undefined) return state;
  if (standing === 'joining') return arrived(state, primary);
  return withUpdatedEvent(
    withoutStanding(state, primary),
    (event) => event.kind === 'memberRemoved' && event.from === primary,
    (event) => ({ ...event, result: failedBecause('it was appointed primary') }),
  );
}

function arrived(state: ClusterState, id: NodeId): ClusterState {
  return withUpdatedEvent(
    withoutStanding(state, id),
    (event) => event.kind === 'memberAdded' && event.to === id,
    (event) => ({ ...event, result: 'done' }),
  );
}

function withoutStanding(state: ClusterState, id: NodeId): ClusterState {
  const members = state.members.map((member) => {
    if (member.id !== id) return member;
    const { standing: _, ...full } = member;
    return full;
  });
  return { ...state, members };
}

function raised({ confirmed }: ClusterState): ClusterState['confirmed'] {
  return confirmed === null ? null : { ...confirmed, ver: confirmed.ver + 1 };
}

function eventBase(state: ClusterState, operation: string | null, place: Place) {
  return {
    id: eventId(operation, place.index),
    index: place.index,
    from: null,
    to: null,
    epoch: state.epoch,
    trigger: 'operator',
    initiator: 'operator',
  } as const;
}
