import type { Code } from '@connectrpc/connect';
import { ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@mha4rdb/proto';

export interface FailureDetail {
  /** For programs; one of the words that `errors.proto` lists. */
  readonly reasonCode: string;
  readonly message: string;
  readonly remedy: string;
  readonly tryAddress?: string;
}

/** An error with its typed detail: reason code, text, what to do. */
export function failure(code: Code, detail: FailureDetail): ConnectError {
  return new ConnectError(detail.message, code, undefined, [
    { desc: ErrorDetailSchema, value: { ...detail } },
  ]);
}
