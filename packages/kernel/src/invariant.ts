/**
 * A broken invariant: the process must not go on deciding. The edge prints the rule and the
 * details, and exits; a supervisor starts a new incarnation, which trusts only what is on disk.
 */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';

  constructor(
    /** The rule that broke, as the documents name it: `R32`, `I1`, `protocol §7`. */
    readonly rule: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${rule}: ${message}`);
  }
}

/** Asserts in production too: a wrong decision costs data, a crash costs seconds. */
export function invariant(
  condition: boolean,
  rule: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new InvariantError(rule, message, details);
}

/** Makes a `switch` over a union exhaustive at compile time, and loud at run time. */
export function assertNever(value: never, what: string): never {
  throw new InvariantError('exhaustive', `unexpected ${what}`, { value });
}
