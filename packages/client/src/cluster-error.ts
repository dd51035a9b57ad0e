import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from './gen/mha4rdb/v1/errors_pb.js';

/** The RPC codes, in the words that they have on the wire. */
export type ErrorCode =
  | 'canceled'
  | 'unknown'
  | 'invalid_argument'
  | 'deadline_exceeded'
  | 'not_found'
  | 'already_exists'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'failed_precondition'
  | 'aborted'
  | 'out_of_range'
  | 'unimplemented'
  | 'internal'
  | 'unavailable'
  | 'data_loss'
  | 'unauthenticated';

const CODES: Readonly<Record<Code, ErrorCode>> = {
  [Code.Canceled]: 'canceled',
  [Code.Unknown]: 'unknown',
  [Code.InvalidArgument]: 'invalid_argument',
  [Code.DeadlineExceeded]: 'deadline_exceeded',
  [Code.NotFound]: 'not_found',
  [Code.AlreadyExists]: 'already_exists',
  [Code.PermissionDenied]: 'permission_denied',
  [Code.ResourceExhausted]: 'resource_exhausted',
  [Code.FailedPrecondition]: 'failed_precondition',
  [Code.Aborted]: 'aborted',
  [Code.OutOfRange]: 'out_of_range',
  [Code.Unimplemented]: 'unimplemented',
  [Code.Internal]: 'internal',
  [Code.Unavailable]: 'unavailable',
  [Code.DataLoss]: 'data_loss',
  [Code.Unauthenticated]: 'unauthenticated',
};

export interface ClusterErrorOptions {
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
  readonly operationId?: string | undefined;
  readonly tryAddress?: string | undefined;
}

/** The one error that this library throws. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  /** What to do next; empty where there is nothing to say. */
  readonly remedy: string;
  /** The order that failed, where it was one. */
  readonly operationId: string | undefined;
  /** With `not-coordinator`: the HOST:PORT of the member that can do it. */
  readonly tryAddress: string | undefined;

  constructor(
    readonly code: ErrorCode,
    /**
     * Stable word for programs. The members' own (`no-candidate`, `not-coordinator`, …), and of
     * this library: `no-member-reachable`, `no-primary`, `outcome-unknown`, `closed`, `aborted`,
     * `timed-out`, `bad-endpoint`, `other-cluster`, `unexplained`.
     */
    readonly reasonCode: string,
    message: string,
    options: ClusterErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedy = options.remedy ?? '';
    this.operationId = options.operationId;
    this.tryAddress = options.tryAddress;
  }
}

/** Turns what a call threw into a ClusterError; `endpoint` says who was asked. */
export function clusterErrorOf(thrown: unknown, endpoint: string): ClusterError {
  if (thrown instanceof ClusterError) return thrown;
  const error = ConnectError.from(thrown);
  const detail = error.findDetails(ErrorDetailSchema)[0];
  const code = CODES[error.code];
  if (detail === undefined) {
    return new ClusterError(code, 'unexplained', `${endpoint}: ${plainWords(error)}`, {
      cause: thrown,
    });
  }
  return new ClusterError(code, detail.reasonCode, detail.message, {
    remedy: detail.remedy,
    cause: thrown,
    tryAddress: detail.tryAddress,
  });
}

/** What TLS says of a member that speaks http is a dump of its library's queue of errors. */
function plainWords({ cause, rawMessage }: ConnectError): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code;
  return code === 'ERR_SSL_WRONG_VERSION_NUMBER'
    ? 'it speaks http, not https; say insecure if that is meant'
    : rawMessage.trim();
}

const ANSWERS: readonly ErrorCode[] = [
  'invalid_argument',
  'not_found',
  'already_exists',
  'permission_denied',
  'unauthenticated',
  'failed_precondition',
  'out_of_range',
  'data_loss',
];

/** True for what every member would answer alike: asking another one is of no use. */
export function isCommonAnswer(error: ClusterError): boolean {
  return ANSWERS.includes(error.code) && error.reasonCode !== 'not-coordinator';
}
