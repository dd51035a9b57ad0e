import { invariant, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import { lastIndexOf } from '../log.js';
import { broadcastHeartbeat } from '../leadership/heartbeat.js';
import { appendAsLeader } from '../replication/append-as-leader.js';
import { trackMembers } from '../replication/progress.js';

/** Leads: nothing is known about the others (R26), and a no-op opens the term (R28). */
export function becomeLeader(draft: Draft): void {
  const { state } = draft;
  invariant(
    state.role === 'candidate' && state.votedFor === state.options.id,
    'R1',
    'only a candidate with its own durable vote leads',
    { role: state.role, votedFor: state.votedFor },
  );
  state.role = 'leader';
  state.leader = state.options.id;
  state.leaderSince = draft.now;
  state.votes = {};
  state.termStart = (lastIndexOf(state.log) + 1) as LogIndex;
  trackMembers(draft);
  appendAsLeader(draft, { kind: 'noop' });
  broadcastHeartbeat(draft);
}
