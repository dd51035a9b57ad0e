import { LIMITS, epochOf } from '@mha4rdb/kernel';
import { implies, sameRule } from '../quorum/rule.js';
import { keepAppointed } from './apply-membership.js';
import { noteAppointed } from './apply-work.js';
import { changed, refused, type Applied, type Place } from './applied.js';
import type {
  AllowLoss,
  AppointPrimary,
  BeginElection,
  ConfirmPrimary,
  FormCluster,
} from './command.js';
import { endRunning, eventId, isTransition, withEvent, withUpdatedEvent } from './history.js';
import {
  isInMaintenance,
  memberOf,
  strangerIn,
  mustNotAppoint,
  type ClusterState,
  type Election,
} from './state.js';

/** Guard: phase forming. The origin is the only candidate of the first election. */
export function formCluster(state: ClusterState, command: FormCluster, place: Place): Applied {
  if (state.phase !== 'forming') return refused(state, 'the cluster is formed already');
  if (memberOf(command, command.origin)?.role !== 'data') {
    return refused(state, `${command.origin} is not a data member`);
  }
  const election: Election = {
    index: place.index,
    cause: 'forming',
    from: null,
    preferred: command.origin,
    excluded: [],
    override: null,
  };
  const formed: ClusterState = {
    ...state,
    clusterId: command.clusterId,
    origin: command.origin,
    members: command.members,
    settings: command.settings,
    grantMs: command.grantMs,
    phase: 'electing',
    election,
  };
  return changed(
    withEvent(formed, {
      id: eventId(null, place.index),
      index: place.index,
      at: command.at,
      kind: 'forming',
      from: null,
      to: command.origin,
      epoch: state.epoch,
      trigger: 'forming',
      initiator: 'coordinator',
    }),
  );
}

/**
 * Guard: epoch equal, phase appointed or running. From here on the epoch is dead: even a rollback of
 * a switchover is a new appointment (protocol §7).
 *
 * What an operator accepted stands until a primary is confirmed. The member that was appointed on it began
 * a log without what was given up, and others may have thrown that away to follow it: if the appointment
 * comes to nothing, the old primary's return is no evidence any more that the greatest log has it all.
 */
export function beginElection(state: ClusterState, command: BeginElection, place: Place): Applied {
  if (state.phase !== 'running' && state.phase !== 'appointed') {
    return refused(state, `no epoch to end in phase ${state.phase}`);
  }
  if (command.epoch !== state.epoch) {
    return refused(state, `epoch ${command.epoch} is not the current ${state.epoch}`);
  }
  const retried = state.phase === 'appointed' && command.operation === null;
  const began: ClusterState = {
    ...(retried ? state : endRunning(state, 'superseded by a new election')),
    phase: 'electing',
    target: null,
    switchover: null,
    election: {
      index: place.index,
      cause: command.cause,
      from: state.confirmed?.primary ?? state.primary,
      preferred: command.preferred,
      excluded: command.excluded,
      override: command.override ?? state.election?.override ?? null,
    },
  };
  // An appointment that came to nothing goes on as the same event: people see one failover.
  if (retried && began.events.some((event) => event.result === 'running' && isTransition(event))) {
    return changed(began);
  }
  return changed(
    withEvent(began, {
      id: eventId(command.operation, place.index),
      index: place.index,
      at: command.at,
      kind: 'failover',
      from: state.confirmed?.primary ?? state.primary,
      to: command.preferred,
      epoch: state.epoch,
      trigger: command.cause,
      initiator: command.operation === null ? 'coordinator' : 'operator',
      phases: { detectMs: command.detectMs },
    }),
  );
}

/** Guard: electing, and the same election. The only way past missing evidence; recorded. */
export function allowLoss(state: ClusterState, command: AllowLoss, place: Place): Applied {
  const election = state.election;
  if (state.phase !== 'electing' || election === null) {
    return refused(state, 'no election is under way');
  }
  if (election.index !== command.electionIndex) {
    return refused(state, `election ${command.electionIndex} is over`);
  }
  const allowed = { ...state, election: { ...election, override: command.override } };
  return changed(
    withEvent(endRunning(allowed, 'superseded by an operator'), {
      id: command.override.operation,
      index: place.index,
      at: command.at,
      kind: 'failover',
      from: election.from,
      to: command.override.to,
      epoch: state.epoch,
      trigger: 'operator',
      initiator: 'operator',
      detail: `loss accepted: ${command.override.reason}`,
    }),
  );
}

/**
 * Guard: electing, election index equal, and the proposer's term is the entry's: another coordinator
 * has not waited on this one's clock. The log index becomes the epoch. A target, not yet a rule.
 */
export function appointPrimary(
  state: ClusterState,
  command: AppointPrimary,
  place: Place,
): Applied {
  if (state.phase !== 'electing' || state.election === null) {
    return refused(state, `nobody can be appointed in phase ${state.phase}`);
  }
  if (command.electionIndex !== state.election.index) {
    return refused(state, `election ${command.electionIndex} is over`);
  }
  // Its proposer may not have known yet: the pause stands before this entry in the log.
  if (mustNotAppoint(state)) return refused(state, 'the cluster is paused');
  if (command.term !== place.term) {
    return refused(state, `proposed in term ${command.term}, committed in ${place.term}`);
  }
  if (memberOf(state, command.member)?.role !== 'data') {
    return refused(state, `${command.member} is not a data member`);
  }
  if (isInMaintenance(state, command.member)) {
    return refused(state, `${command.member} is in maintenance`);
  }
  if (command.rule.standbys.includes(command.member)) {
    return refused(state, 'a rule never contains the primary itself');
  }
  const stranger = strangerIn(state, command.rule);
  if (stranger !== null) return refused(state, `${stranger} is not a data member`);
  const appointed: ClusterState = {
    ...state,
    phase: 'appointed',
    epoch: epochOf(place.index),
    primary: command.member,
    incarnation: command.incarnation,
    target: { rule: command.rule, base: command.base },
  };
  return changed(
    withUpdatedEvent(
      noteAppointed(keepAppointed(appointed), command.member),
      isTransition,
      (event) => ({
        ...event,
        kind: event.kind === 'failover' && event.from === command.member ? 'restart' : event.kind,
        to: command.member,
        epoch: epochOf(place.index),
        candidates: command.candidates,
        detail: command.evidence,
        phases: { ...event.phases, sealMs: command.sealMs },
      }),
    ),
  );
}

/**
 * Guard: phase appointed, epoch, incarnation. From here on evidence is measured against this rule:
 * its barrier has shown that k of S hold all, the epoch's marker included (protocol §6).
 */
export function confirmPrimary(state: ClusterState, command: ConfirmPrimary): Applied {
  if (state.phase !== 'appointed' || state.primary === null || state.target === null) {
    return refused(state, `nothing to confirm in phase ${state.phase}`);
  }
  if (command.epoch !== state.epoch || command.incarnation !== state.incarnation) {
    return refused(state, 'another epoch or incarnation was appointed');
  }
  const { base } = state.target;
  if (!sameRule(command.rule, state.target.rule) && !implies(command.rule, state.target.rule)) {
    return refused(state, 'the rule is weaker than the appointment asked for');
  }
  const stranger = strangerIn(state, command.rule);
  if (stranger !== null) return refused(state, `${stranger} is not a data member`);
  const confirmed: ClusterState = {
    ...state,
    phase: 'running',
    systemId: state.systemId ?? command.systemId,
    confirmed: {
      primary: state.primary,
      epoch: state.epoch,
      rule: command.rule,
      ver: (state.confirmed?.ver ?? 0) + 1,
    },
    // What an operator gave up is no ancestor of anybody any more: the new primary's log ends with
    // its base, so that it never had the markers of later epochs.
    lineage: [
      ...state.lineage.filter(({ epoch }) => epoch <= base.epoch),
      {
        epoch: state.epoch,
        member: state.primary,
        timeline: command.promotion.timeline,
        switchLsn: command.promotion.switchLsn,
        markerLsn: command.markerLsn,
      },
    ].slice(-LIMITS.lineage),
    history: command.promotion.history,
    target: null,
    election: null,
  };
  return changed(
    withUpdatedEvent(confirmed, isTransition, (event) => ({
      ...event,
      phases: { ...event.phases, electMs: command.electMs, promoteMs: command.promoteMs },
    })),
  );
}
