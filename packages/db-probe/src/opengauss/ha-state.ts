import { numberOf, type Row } from '../postgres/probe-rows.js';
import {
  DETAILS,
  ROLES,
  STATES,
  wordOf,
  type DetailWord,
  type RoleWord,
  type StateWord,
} from './vocabulary.js';

/** What a server says of itself: `pg_stat_get_stream_replications()`. */
export interface HaState {
  readonly role: RoleWord;
  readonly staticConnections: number;
  readonly state: StateWord;
  readonly detail: DetailWord;
  /** The three words as they came, for people; also those that are not known. */
  readonly said: string;
}

/** Of one row of the function, or of the same lines in the output of `gs_ctl query`. */
export function readHaState(row: Row): HaState {
  const words = [row['local_role'], row['db_state'], row['detail_information']];
  return {
    role: wordOf(ROLES, words[0]),
    staticConnections: numberOf(row['static_connections']) ?? 0,
    state: wordOf(STATES, words[1]),
    detail: wordOf(DETAILS, words[2]),
    said: words.map((word) => (typeof word === 'string' ? word : '-')).join(', '),
  };
}
