import { err, LIMITS, ok, type Result } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { ProposalPlace, ProposalRefusal } from '../step-result.js';
import { lastIndexOf } from '../log.js';
import { appendAsLeader } from './append-as-leader.js';
import { broadcast, replicateTo } from './send-append.js';

/** Appends a command, or drops it for certain (R39); what is not committed is bounded (R38). */
export function onPropose(draft: Draft, command: unknown): Result<ProposalPlace, ProposalRefusal> {
  const { role, transfer, log, commit, term } = draft.state;
  if (role !== 'leader') return err('not-leader', 'this node does not lead');
  if (transfer !== null) {
    return err('transferring', `the leadership is being handed to ${transfer.to}`);
  }
  if (lastIndexOf(log) - commit >= LIMITS.uncommittedEntries) {
    return err('too-many-uncommitted', `${LIMITS.uncommittedEntries} entries wait for a quorum`);
  }
  const index = appendAsLeader(draft, { kind: 'command', command });
  broadcast(draft, (each, peer) => replicateTo(each, peer, 'entries-only'));
  return ok({ index, term });
}
