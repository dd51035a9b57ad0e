import type { Epoch, LogIndex, NodeId } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';

/** A committed change that watchers are told of; the same on every member, at the same index. */
export interface PublishedEvent {
  readonly index: LogIndex;
  readonly type:
    | 'leaderChanged'
    | 'leaderLost'
    | 'switchoverPlanned'
    | 'switchoverCompleted'
    | 'settingsChanged';
  /** Display only; 0 where the command carries no time. */
  readonly at: number;
  readonly epoch: Epoch;
  /** leaderChanged: the new primary. */
  readonly leader: NodeId | null;
  readonly from: NodeId | null;
  readonly to: NodeId | null;
  readonly operation: string | null;
  readonly result: string | null;
  readonly detail: string | null;
}

/** Rules, pauses, and who is a member: watchers look at the state behind the event. */
const CHANGES_SETTINGS: readonly Command['type'][] = [
  'SetDurability',
  'SetPaused',
  'SetMaintenance',
  'SetSettings',
  'ScheduleSwitchover',
  'EndSchedule',
  'AddMember',
  'ChangeMember',
  'RetireMember',
  'RemoveMember',
  'ReadmitMember',
  'EstablishMember',
];

/** What an applied command means to watchers. Events of one command share its index. */
export function publishedEvents(
  command: Command,
  before: ClusterState,
  after: ClusterState,
  index: LogIndex,
): readonly PublishedEvent[] {
  const at = 'at' in command ? command.at : 0;
  const make = (event: Partial<PublishedEvent> & Pick<PublishedEvent, 'type'>): PublishedEvent => ({
    index,
    at,
    epoch: after.epoch,
    leader: null,
    from: null,
    to: null,
    operation: null,
    result: null,
    detail: null,
    ...event,
  });
  const events: PublishedEvent[] = [];
  if (before.phase === 'running' && after.phase !== 'running') {
    events.push(
      make({ type: 'leaderLost', from: before.primary, detail: after.election?.cause ?? null }),
    );
  }
  if (before.phase !== 'running' && after.phase === 'running') {
    const from = lastPrimary(before);
    events.push(make({ type: 'leaderChanged', leader: after.primary, from, to: after.primary }));
  }
  if (before.switchover === null && after.switchover !== null) {
    const { id, from, to } = after.switchover;
    events.push(make({ type: 'switchoverPlanned', operation: id, from, to }));
  }
  const ended = endedSwitchover(before, after);
  if (ended !== null) {
    const { id, from, to, result } = ended;
    events.push(make({ type: 'switchoverCompleted', operation: id, from, to, result }));
  }
  if (CHANGES_SETTINGS.includes(command.type)) {
    const operation = 'operation' in command ? command.operation : null;
    events.push(
      make({ type: 'settingsChanged', operation, detail: after.events.at(-1)?.detail ?? null }),
    );
  }
  return events;
}

function lastPrimary(state: ClusterState): NodeId | null {
  return state.confirmed?.primary ?? null;
}

function endedSwitchover(
  before: ClusterState,
  after: ClusterState,
): ClusterState['events'][number] | null {
  const running = before.events.find(
    ({ kind, result }) => kind === 'switchover' && result === 'running',
  );
  const now = after.events.find(({ id }) => id === running?.id);
  return now === undefined || now.result === 'running' ? null : now;
}
