import type { Decision } from '@mha4rdb/core';
import { InvariantError, type Failure, type Result } from '@mha4rdb/kernel';
import type { BaseConfig } from '../config/config.js';
import { createLogger, type Logger } from '../log/logger.js';
import type { RunningNode } from '../loop/run-node.js';

/** What a program starts once its log stands. */
export interface Served {
  readonly node: RunningNode;
  readonly close: () => Promise<void>;
}

export interface ServeHooks {
  readonly logger: Logger;
  readonly onDecision: (decision: Decision) => void;
  readonly onFatal: (error: unknown) => void;
}

/** A hand-over that takes longer than this is left to the supervisor's patience no more. */
const SHUTDOWN_LIMIT_MS = 25_000;

/**
 * Runs a node until SIGTERM or SIGINT, or until it must not go on. Resolves with the exit status:
 * 0 after an orderly end, 1 when it could not start, 70 after a broken invariant or a failed disk.
 */
export async function serveNode(
  config: BaseConfig,
  start: (hooks: ServeHooks) => Promise<Result<Served>>,
): Promise<number> {
  const logger = createLogger({ ...config.log, node: config.node });
  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const onFatal = (error: unknown): void => {
    logger.fatal({ event: 'fatal', ...fatalFields(error) });
    end(70);
  };
  process.on('uncaughtException', onFatal);
  process.on('unhandledRejection', onFatal);
  const started = await start({
    logger,
    onFatal,
    onDecision: ({ event, fields }) => logger.info({ event, ...fields }),
  });
  if (!started.ok) {
    process.stderr.write(`${failureText(started.error)}\n`);
    return 1;
  }
  const { node, close } = started.value;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ event: 'stopping', signal, stopMode: config.stopMode });
    node.loop.onShutdownReady(() => end(0));
    node.loop.post({ type: 'shutdown', mode: config.stopMode });
    setTimeout(() => end(0), SHUTDOWN_LIMIT_MS);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  const status = await ended;
  if (status === 0) await close();
  return status;
}

function fatalFields(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof InvariantError) {
    return { rule: error.rule, message: error.message, details: error.details, stack: error.stack };
  }
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error) };
}

/** The text of an expected failure, with what to do. */
export function failureText({ message, remedy }: Failure): string {
  return remedy === undefined || remedy === '' ? message : `${message}; ${remedy}`;
}
