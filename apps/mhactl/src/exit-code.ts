import { ClusterError } from '@mha4rdb/client';

/** What scripts rely on; the meaning of each never changes. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** State unchanged, reason printed. */
  refused: 3,
  /** Timed out; the operation may still run, its id is printed. */
  unknown: 4,
  unreachable: 5,
  notPermitted: 6,
  /** `status` only. */
  degraded: 10,
  /** `status` only. */
  unavailable: 11,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Reads change nothing, so that only an order can be refused or have an unknown outcome. */
export type CommandKind = 'read' | 'order';

/** A mistake in what was typed or configured. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function exitCodeOf(error: unknown, kind: CommandKind): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof ClusterError)) return EXIT.failed;
  switch (error.reasonCode) {
    case 'no-member-reachable':
      return EXIT.unreachable;
    case 'outcome-unknown':
      return EXIT.unknown;
    // Of an order this is said only before anything was sent.
    case 'timed-out':
      return EXIT.unreachable;
    case 'unexplained':
      return error.code === 'permission_denied' || error.code === 'unauthenticated'
        ? EXIT.notPermitted
        : EXIT.failed;
    default:
      return explained(error, kind);
  }
}

function explained(error: ClusterError, kind: CommandKind): ExitCode {
  switch (error.code) {
    case 'permission_denied':
    case 'unauthenticated':
      return EXIT.notPermitted;
    case 'invalid_argument':
      return EXIT.usage;
    case 'deadline_exceeded':
      return kind === 'order' ? EXIT.unknown : EXIT.failed;
    default:
      return kind === 'order' ? EXIT.refused : EXIT.failed;
  }
}
