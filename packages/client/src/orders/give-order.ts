import { clusterErrorOf, ClusterError, isCommonAnswer } from '../cluster-error.js';
import type { Connection } from '../connection/connection.js';
import type { Deadline } from '../connection/deadline.js';
import type { MemberList } from '../connection/member-list.js';
import type { ClusterStatus } from '../status/cluster-status.js';

/** A member that takes an order answers when it is committed: after an election at the latest. */
const TRY_MS = 8000;
/** How long an order waits for a coordinator to be elected before it is given up as not taken. */
const ELECTION_MS = 5000;
const ELECTION_PAUSE_MS = 250;

export interface Order<Answer> {
  /** For messages: `switchover`. */
  readonly what: string;
  readonly operationId: string;
  send(
    connection: Connection,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<Answer>;
  /** Asked before each round: teaches who lives and who coordinates. Nothing is sent where it fails. */
  status(): Promise<ClusterStatus>;
}

/**
 * Gives an order to the coordinator, or to whoever forwards it. It may be sent more than once: its
 * operation id makes it happen once. When it was sent and no member said what became of it, the
 * error is `outcome-unknown`.
 */
export async function giveOrder<Answer>(
  members: MemberList,
  deadline: Deadline,
  order: Order<Answer>,
): Promise<Answer> {
  const patience = deadline.leftMs - ELECTION_MS;
  let coordinator = coordinatorAddress(await order.status());
  for (;;) {
    const round = await oneRound(members, deadline, order, coordinator);
    if ('answer' in round) return round.answer;
    if (deadline.leftMs < patience || !waitsForElection(round.error)) throw round.error;
    await deadline.pause(ELECTION_PAUSE_MS);
    if (deadline.over) throw round.error;
    coordinator = await order.status().then(coordinatorAddress, () => undefined);
  }
}

type Round<Answer> = { readonly answer: Answer } | { readonly error: ClusterError };

async function oneRound<Answer>(
  members: MemberList,
  deadline: Deadline,
  order: Order<Answer>,
  first: string | undefined,
): Promise<Round<Answer>> {
  const asked = new Set<Connection>();
  let wanted = first;
  let refusal: ClusterError | undefined;
  let unknown: ClusterError | undefined;
  while (!deadline.over) {
    const connection = nextOf(members, asked, wanted);
    if (connection === undefined) break;
    asked.add(connection);
    wanted = undefined;
    try {
      return { answer: await sendOnce(connection, deadline, order) };
    } catch (thrown) {
      const error = clusterErrorOf(thrown, connection.endpoint.address);
      if (isCommonAnswer(error)) return { error: about(order, error) };
      if (error.reasonCode === 'unexplained') {
        unknown = error;
        connection.abandonAttempt();
        members.failed(connection);
      } else {
        refusal = error;
        wanted = error.tryAddress;
      }
    }
  }
  if (asked.size === 0) return { error: deadline.error(order.what) };
  if (unknown !== undefined || refusal === undefined) {
    return { error: outcomeUnknown(order, unknown ?? deadline.error(order.what)) };
  }
  return { error: about(order, refusal) };
}

async function sendOnce<Answer>(
  connection: Connection,
  deadline: Deadline,
  order: Order<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  const release = deadline.onAbort(() => controller.abort());
  try {
    const timeoutMs = Math.min(TRY_MS, deadline.leftMs);
    return await order.send(connection, { signal: controller.signal, timeoutMs });
  } finally {
    release();
  }
}

function nextOf(
  members: MemberList,
  asked: ReadonlySet<Connection>,
  wanted: string | undefined,
): Connection | undefined {
  const direct = wanted === undefined ? undefined : members.at(wanted);
  if (direct !== undefined && !asked.has(direct)) return direct;
  return members.inOrder().find((connection) => !asked.has(connection));
}

function coordinatorAddress(status: ClusterStatus): string | undefined {
  return status.members.find(({ id }) => id === status.coordinator)?.address;
}

function waitsForElection({ reasonCode }: ClusterError): boolean {
  return reasonCode === 'no-coordinator' || reasonCode === 'not-coordinator';
}

function about(order: Order<unknown>, error: ClusterError): ClusterError {
  return new ClusterError(error.code, error.reasonCode, error.message, {
    remedy: error.remedy,
    cause: error,
    operationId: order.operationId,
  });
}

function outcomeUnknown(order: Order<unknown>, cause: ClusterError): ClusterError {
  return new ClusterError(
    'deadline_exceeded',
    'outcome-unknown',
    `${order.what} ${order.operationId}: sent, but no member said what became of it (${cause.message})`,
    {
      remedy: `it may still be carried out: look for ${order.operationId} in the history`,
      cause,
      operationId: order.operationId,
    },
  );
}
