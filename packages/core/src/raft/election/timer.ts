import { addDuration, isAtOrAfter, seededRandom } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';

/** Draws a new time to wait for a leader, in [electionMin, electionMax], from the seed (R18). */
export function restartElectionTimer(draft: Draft): void {
  const { electionMin, electionMax } = draft.state.options;
  const random = seededRandom(draft.state.random);
  const wait = electionMin + random.next() * (electionMax - electionMin);
  draft.state.electionDeadline = addDuration(draft.now, wait);
  draft.state.random = random.integer(0, 0xffffffff);
}

export function isElectionDue(draft: Draft): boolean {
  return isAtOrAfter(draft.now, draft.state.electionDeadline);
}
