/** An expected failure: a stable code for programs, and a sentence for people. */
export interface Failure<Code extends string = string> {
  readonly code: Code;
  /** What happened, to what, and why. */
  readonly message: string;
  /** What the reader should do next, where there is something to do. */
  readonly remedy?: string;
}

export type Result<Value, Code extends string = string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure<Code> };

export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function err<Code extends string>(
  code: Code,
  message: string,
  remedy?: string,
): { readonly ok: false; readonly error: Failure<Code> } {
  return { ok: false, error: remedy === undefined ? { code, message } : { code, message, remedy } };
}
