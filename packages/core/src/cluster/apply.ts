import { assertNever, invariant } from '@mha4rdb/kernel';
import {
  allowLoss,
  appointPrimary,
  beginElection,
  confirmPrimary,
  formCluster,
} from './apply-election.js';
import {
  addMember,
  establishMember,
  readmitMember,
  removeMember,
  retireMember,
} from './apply-membership.js';
import { setMaintenance } from './apply-maintenance.js';
import { endWork, startReinit, startRestart } from './apply-work.js';
import type { Applied, Place } from './applied.js';
import { adopt, keepGrant, recordOpened, releaseGrant, renewGrant } from './apply-grant.js';
import { endSchedule, scheduleSwitchover } from './apply-schedule.js';
import { cancelSwitchover, setDurability, setPaused, startSwitchover } from './apply-settings.js';
import { setSettings } from './change-settings.js';
import { changeMember } from './change-member.js';
import type { Command } from './command.js';
import type { ClusterState } from './state.js';

/**
 * Applies one committed command; the only way in which the replicated state changes. Total and
 * deterministic: a command whose guard fails (protocol §7) is refused and changes nothing.
 */
export function applyCommand(state: ClusterState, command: Command, place: Place): Applied {
  const applied = dispatch(state, command, place);
  if (applied.refused !== null) return applied;
  invariant(applied.state.epoch >= state.epoch, 'protocol §12', 'the epoch went backwards', {
    from: state.epoch,
    to: applied.state.epoch,
  });
  const silent = command.type === 'RenewGrant';
  return silent ? applied : { ...applied, state: { ...applied.state, revision: place.index } };
}

function dispatch(state: ClusterState, command: Command, place: Place): Applied {
  switch (command.type) {
    case 'FormCluster':
      return formCluster(state, command, place);
    case 'BeginElection':
      return beginElection(state, command, place);
    case 'AllowLoss':
      return allowLoss(state, command, place);
    case 'AppointPrimary':
      return appointPrimary(state, command, place);
    case 'ConfirmPrimary':
      return confirmPrimary(state, command);
    case 'RenewGrant':
      return renewGrant(state, command);
    case 'KeepGrant':
      return keepGrant(state, command);
    case 'Adopt':
      return adopt(state, command);
    case 'SetDurability':
      return setDurability(state, command, place);
    case 'ReleaseGrant':
      return releaseGrant(state, command, place);
    case 'StartSwitchover':
      return startSwitchover(state, command, place);
    case 'CancelSwitchover':
      return cancelSwitchover(state, command);
    case 'ScheduleSwitchover':
      return scheduleSwitchover(state, command, place);
    case 'EndSchedule':
      return endSchedule(state, command);
    case 'SetPaused':
      return setPaused(state, command, place);
    case 'SetMaintenance':
      return setMaintenance(state, command, place);
    case 'SetSettings':
      return setSettings(state, command, place);
    case 'StartRestart':
      return startRestart(state, command, place);
    case 'StartReinit':
      return startReinit(state, command, place);
    case 'EndWork':
      return endWork(state, command);
    case 'RecordOpened':
      return recordOpened(state, command);
    case 'AddMember':
      return addMember(state, command, place);
    case 'RetireMember':
      return retireMember(state, command, place);
    case 'RemoveMember':
      return removeMember(state, command, place);
    case 'ChangeMember':
      return changeMember(state, command, place);
    case 'ReadmitMember':
      return readmitMember(state, command, place);
    case 'EstablishMember':
      return establishMember(state, command);
    default:
      return assertNever(command, 'command');
  }
}
