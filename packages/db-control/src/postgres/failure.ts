import { err, ok } from '@mha4rdb/kernel';
import type { ServerErrorView } from '@mha4rdb/db-probe';
import type { EngineErrorCode, EngineResult } from '../engine.js';
import { codeOf } from './system-error.js';

/** An expected failure on its way to the engine's boundary, where it becomes a typed result. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';

  constructor(
    readonly code: EngineErrorCode,
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** A question that the server did not answer as hoped. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure';

  constructor(readonly view: ServerErrorView) {
    super(view.sentence);
  }
}

/**
 * Runs an engine call: what is expected to fail becomes a result, what must not happen is thrown.
 */
export async function asResult<Value>(work: () => Promise<Value>): EngineResult<Value> {
  try {
    return ok(await work());
  } catch (thrown) {
    const failure = toEngineFailure(thrown);
    if (failure === undefined) throw thrown;
    return err(failure.code, failure.message, failure.remedy);
  }
}

const SYSTEM_CODES: Readonly<Record<string, { code: EngineErrorCode; remedy: string }>> = {
  ENOSPC: { code: 'no-space', remedy: 'Free space on this file system.' },
  EDQUOT: { code: 'no-space', remedy: 'Raise the quota of the database user.' },
  EACCES: { code: 'refused', remedy: 'Run the agent as root, or as the owner of these files.' },
  EPERM: { code: 'refused', remedy: 'Run the agent as root, or as the owner of these files.' },
  EROFS: { code: 'refused', remedy: 'Mount this file system writable.' },
  EBUSY: { code: 'refused', remedy: 'Use a directory inside of the mount point.' },
};

function toEngineFailure(thrown: unknown): EngineFailure | undefined {
  if (thrown instanceof EngineFailure) return thrown;
  if (thrown instanceof ServerFailure) return fromServer(thrown.view);
  const code = codeOf(thrown);
  if (code === undefined) return undefined;
  const known = SYSTEM_CODES[code];
  return new EngineFailure(known?.code ?? 'process-failed', String(thrown), known?.remedy);
}

function fromServer(view: ServerErrorView): EngineFailure {
  switch (view.kind) {
    case 'wrong-password':
      return new EngineFailure(
        'wrong-password',
        view.sentence,
        'Correct the password file named in the configuration, or the role in the database.',
      );
    case 'locked':
      return new EngineFailure(
        'refused',
        view.sentence,
        'Unlock it with ALTER USER … ACCOUNT UNLOCK, then see who sent wrong passwords.',
      );
    case 'timeout':
      return new EngineFailure('timeout', view.sentence);
    case 'not-listening':
    case 'starting':
    case 'stopping':
    case 'inconsistent':
    case 'pending':
      return new EngineFailure('unreachable', view.sentence);
    case 'not-admitted':
    case 'exhausted':
    case 'no-marker':
    case 'other':
      return new EngineFailure('refused', view.sentence);
  }
}
