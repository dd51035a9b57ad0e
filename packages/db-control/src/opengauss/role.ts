import {
  judge,
  readHaState,
  readTermPosition,
  STATE_SQL,
  type Row,
  type TermPosition,
  type Verdict,
} from '@mha4rdb/db-probe';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure } from '../postgres/failure.js';
import type { Session } from '../postgres/session.js';

/** What a server says that it is, and where its log ends. */
export interface RoleView {
  readonly verdict: Verdict;
  readonly recovering: boolean;
  readonly at: TermPosition;
  readonly row: Row;
}

export async function roleOf(session: Session, deadline: Deadline): Promise<RoleView> {
  const [row = {}] = await session.rows(STATE_SQL, deadline);
  const at = readTermPosition(row);
  if (at === undefined) {
    throw new EngineFailure('refused', 'the server does not say its term and position');
  }
  const verdict = judge(readHaState(row), { isArbiter: false });
  return { verdict, recovering: row['recovering'] === 'yes', at, row };
}

/** Both words have to agree: a server in the middle of a change is neither. */
export function isPrimary({ verdict, recovering }: RoleView): boolean {
  return verdict.role === 'primary' && !recovering;
}

export function isCandidate({ verdict, recovering }: RoleView): boolean {
  return verdict.candidate && recovering;
}
