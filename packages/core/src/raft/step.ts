import { assertNever } from '@mha4rdb/kernel';
import { openDraft, type Draft } from './draft.js';
import type { RaftEvent } from './event.js';
import type { RaftState } from './state.js';
import type { StepResult } from './step-result.js';
import { checkTransition } from './check-transition.js';
import { onTick } from './leadership/tick.js';
import { onTransfer } from './leadership/transfer.js';
import { onChangeMembership } from './membership/change.js';
import { onRetire } from './membership/retire.js';
import { onPersisted, settle } from './persistence/settle.js';
import { receive } from './receive.js';
import { onPropose } from './replication/propose.js';
import { onCompact } from './snapshot/compact.js';

/**
 * One event on one node. Pure and total: the same state and event give the same result, nothing that
 * was passed in changes, and what breaks a rule of Raft throws an `InvariantError` with its number.
 */
export function step<Command, Machine>(
  state: RaftState<Command, Machine>,
  event: RaftEvent<Command, Machine>,
): StepResult<Command, Machine> {
  const draft = openDraft(state, event.now);
  const outcome = dispatch(draft, event);
  settle(draft);
  announceRole(draft, state);
  checkTransition(state, draft.state);
  // Raft looks into no command and no machine, and makes none: it hands out what was handed in.
  return { state: draft.state, effects: draft.effects, ...outcome } as StepResult<Command, Machine>;
}

function dispatch(
  draft: Draft,
  event: RaftEvent,
): Pick<StepResult, 'proposal' | 'transfer' | 'membership'> {
  switch (event.kind) {
    case 'tick':
      onTick(draft, event.mayCampaign ?? true);
      return {};
    case 'receive':
      receive(draft, event.message);
      return {};
    case 'propose':
      return { proposal: onPropose(draft, event.command) };
    case 'transfer':
      return { transfer: onTransfer(draft, event.to) };
    case 'changeMembership':
      return { membership: onChangeMembership(draft, event) };
    case 'retire':
      onRetire(draft, event.index);
      return {};
    case 'persisted':
      onPersisted(draft, event.ticket);
      return {};
    case 'compact':
      onCompact(draft, event.index, event.machine);
      return {};
    default:
      return assertNever(event, 'event');
  }
}

function announceRole({ state, effects }: Draft, before: RaftState): void {
  const { term, role, leader } = state;
  if (term === before.term && role === before.role && leader === before.leader) return;
  effects.push({ kind: 'roleChanged', term, role, leader });
}
