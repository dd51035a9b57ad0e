import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { decided, type Work } from './work.js';

/** The words below: every node says them when it applies the entry, and again after each restart. */
export const COMMITTED_DECISIONS: ReadonlySet<string> = new Set([
  'refused',
  'granted',
  'formed',
  'election-began',
  'loss-accepted',
  'appointed',
  'confirmed',
  'adopted',
  'durability',
  'released',
  'switchover-started',
  'switchover-cancelled',
  'switchover-scheduled',
  'switchover-unscheduled',
  'paused',
  'resumed',
  'maintenance-began',
  'maintenance-ended',
  'restart-ordered',
  'reinit-ordered',
  'work-ended',
  'settings-changed',
  'member-added',
  'member-leaving',
  'member-removed',
  'member-admitted',
  'member-arrived',
  'member-changed',
  'opened',
]);

/** One line for each committed decision, in the words of the contract ("Logs"). */
export function logApplied(
  work: Work,
  command: Command,
  before: ClusterState,
  after: ClusterState,
  refused: string | null,
): void {
  if (refused !== null) {
    if (command.type !== 'RecordOpened')
      decided(work, 'refused', { command: command.type, reason: refused });
    return;
  }
  switch (command.type) {
    case 'RenewGrant':
    case 'KeepGrant':
      if (before.granted !== after.granted) {
        decided(work, 'granted', { holder: command.holder, longestMs: after.granted?.longestMs });
      }
      return;
    case 'FormCluster':
      return decided(work, 'formed', { origin: command.origin, clusterId: command.clusterId });
    case 'BeginElection':
      return decided(work, 'election-began', { cause: command.cause, detectMs: command.detectMs });
    case 'AllowLoss':
      return decided(work, 'loss-accepted', { reason: command.override.reason });
    case 'AppointPrimary':
      return decided(work, 'appointed', {
        epoch: after.epoch,
        primary: command.member,
        rule: command.rule,
        evidence: command.evidence,
      });
    case 'ConfirmPrimary':
      return decided(work, 'confirmed', { primary: after.primary, rule: command.rule });
    case 'Adopt':
      return decided(work, 'adopted', {
        primary: command.member,
        incarnation: command.incarnation,
      });
    case 'SetDurability':
      return decided(work, 'durability', { rule: command.rule, reason: command.reason });
    case 'ReleaseGrant':
      return decided(work, 'released', { kind: command.kind, reason: command.reason });
    case 'StartSwitchover':
      return decided(work, 'switchover-started', { id: command.id, to: command.to });
    case 'CancelSwitchover':
      return decided(work, 'switchover-cancelled', { id: command.id, reason: command.reason });
    case 'ScheduleSwitchover':
      return decided(work, 'switchover-scheduled', { id: command.id, due: command.due });
    case 'EndSchedule':
      return decided(work, 'switchover-unscheduled', { id: command.id, reason: command.failure });
    case 'SetPaused':
      return decided(work, command.paused ? 'paused' : 'resumed');
    case 'SetMaintenance':
    case 'StartRestart':
    case 'StartReinit':
    case 'EndWork':
      return logWork(work, command);
    case 'SetSettings':
      return decided(work, 'settings-changed', { ...command.settings });
    case 'AddMember':
      return decided(work, 'member-added', { member: command.member.id });
    case 'RetireMember':
      return decided(work, 'member-leaving', { member: command.member });
    case 'RemoveMember':
      return decided(work, 'member-removed', { member: command.member });
    case 'ChangeMember':
      return decided(work, 'member-changed', { member: command.member, ...command.changes });
    case 'ReadmitMember':
      return decided(work, 'member-admitted', { member: command.member, life: command.life });
    case 'EstablishMember':
      return decided(work, 'member-arrived', { member: command.member });
    case 'RecordOpened':
      return decided(work, 'opened', {
        gateMs: command.gateMs,
        vipMs: command.vipMs,
        writeGapMs: command.writeGapMs,
      });
  }
}

type WorkCommand = Extract<
  Command,
  { type: 'SetMaintenance' | 'StartRestart' | 'StartReinit' | 'EndWork' }
>;

function logWork(work: Work, command: WorkCommand): void {
  switch (command.type) {
    case 'SetMaintenance':
      return decided(work, command.on ? 'maintenance-began' : 'maintenance-ended', {
        member: command.member,
      });
    case 'StartRestart':
      return decided(work, 'restart-ordered', { ...fieldsOf(command) });
    case 'StartReinit':
      return decided(work, 'reinit-ordered', { ...fieldsOf(command) });
    case 'EndWork':
      return decided(work, 'work-ended', { ...fieldsOf(command) });
  }
}

function fieldsOf(command: Exclude<WorkCommand, { type: 'SetMaintenance' }>): object {
  const { type: _type, operation: id, ...rest } = command;
  if (!('at' in rest)) return { id, ...rest };
  const { at: _at, ...fields } = rest;
  return { id, ...fields };
}
