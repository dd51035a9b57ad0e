import { clusterErrorOf, ClusterError, isCommonAnswer } from '../cluster-error.js';
import type { Connection } from './connection.js';
import type { Deadline } from './deadline.js';
import type { MemberList } from './member-list.js';

/** A member that has not answered after this long does not hold up the next one. */
const HEDGE_MS = 250;
/** Longer than any member takes for a read from its own view; then it counts as failed. */
const TRY_MS = 3000;

export interface Question<Answer> {
  /** For messages: `status`, `history`. */
  readonly what: string;
  ask(
    connection: Connection,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<Answer>;
  /** It takes its time: the next member is asked only when one failed, each for so long at most. */
  readonly patienceMs?: number;
  /** An answer that is not good enough is kept while others may have a better one. */
  isGood?(answer: Answer): boolean;
}

/** A timer that is set to more fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Failure {
  readonly error: ClusterError;
  readonly address: string;
}

/**
 * Asks the members for something that is safe to ask several: the best first, the next when it
 * fails or is slow, and takes the first good answer. One round: it fails when all have failed.
 */
export async function askAny<Answer>(
  members: MemberList,
  deadline: Deadline,
  question: Question<Answer>,
): Promise<Answer> {
  if (deadline.over) throw deadline.error(question.what);
  const round = new AbortController();
  const waiting = [...members.inOrder()];
  const asked: string[] = [];
  const failures: Failure[] = [];
  let second: { readonly answer: Answer } | undefined;
  let running = 0;
  let hedge: NodeJS.Timeout | undefined;
  let end: NodeJS.Timeout | undefined;
  let release = (): void => undefined;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const finish = (): void => {
        if (second !== undefined) resolve(second.answer);
        else reject(noAnswer(question.what, failures));
      };
      const overtime = (): void => {
        if (second === undefined) reject(silence(deadline.error(question.what), asked));
        else resolve(second.answer);
      };
      const next = (): void => {
        clearTimeout(hedge);
        const connection = waiting.shift();
        if (connection === undefined) {
          if (running === 0) finish();
          return;
        }
        running += 1;
        asked.push(connection.endpoint.address);
        hedge = setTimeout(next, question.patienceMs ?? HEDGE_MS);
        void tryOne(connection).then(() => {
          running -= 1;
          if (!round.signal.aborted) next();
        });
      };
      const tryOne = async (connection: Connection): Promise<void> => {
        const { address } = connection.endpoint;
        try {
          const timeoutMs = Math.min(question.patienceMs ?? TRY_MS, deadline.leftMs);
          const answer = await question.ask(connection, { signal: round.signal, timeoutMs });
          if (round.signal.aborted) return;
          if (question.isGood?.(answer) ?? true) {
            members.answered(connection);
            resolve(answer);
          } else {
            second ??= { answer };
          }
        } catch (thrown) {
          if (round.signal.aborted) return;
          const error = clusterErrorOf(thrown, address);
          if (isCommonAnswer(error)) reject(error);
          if (error.code === 'deadline_exceeded') connection.abandonAttempt();
          members.failed(connection);
          failures.push({ error, address });
        }
      };
      end = setTimeout(overtime, Math.min(deadline.leftMs, LONGEST_TIMER_MS));
      release = deadline.onAbort(() => reject(deadline.error(question.what)));
      next();
    });
  } finally {
    round.abort();
    clearTimeout(hedge);
    clearTimeout(end);
    release();
  }
}

const LOOK_AT_MEMBERS =
  'check that an agent or arbiter runs there, that the port is open, and https or insecure';

/** The deadline passed before all were tried: whom it was spent on. */
function silence(error: ClusterError, asked: readonly string[]): ClusterError {
  if (error.reasonCode !== 'timed-out') return error;
  const message = `${error.message} (asked ${asked.join(', ')})`;
  return new ClusterError(error.code, error.reasonCode, message, { remedy: LOOK_AT_MEMBERS });
}

/** The members' own word where one gave a reason, else who was tried and what came of it. */
function noAnswer(what: string, failures: readonly Failure[]): ClusterError {
  const explained = failures.find(({ error }) => error.reasonCode !== 'unexplained');
  if (explained !== undefined) return explained.error;
  const tried = failures.map(({ error, address }) =>
    error.message.startsWith(address) ? error.message : `${address}: ${error.message}`,
  );
  return new ClusterError(
    'unavailable',
    'no-member-reachable',
    `${what}: no member answered (${tried.join('; ')})`,
    { remedy: LOOK_AT_MEMBERS, cause: failures[0]?.error },
  );
}
