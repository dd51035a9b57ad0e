import type { Decision } from '@mha4rdb/core';
import { InvariantError, type Failure, type Result } from '@mha4rdb/kernel';
import type { BaseConfig } from '../config/config.js';
import { createLogger, type Logger } from '../log/logger.js';
import { systemClock } from '../clock/monotonic-clock.js';
import type { RunningNode, Serving } from '../loop/run-node.js';
import { keepInformed } from '../systemd/keep-informed.js';
import {
  openServiceManager,
  SILENT_MANAGER,
  type ServiceManager,
} from '../systemd/service-manager.js';
import { statusLine } from '../systemd/status-line.js';

/** What a program starts once its log stands. */
export interface Served {
  readonly node: RunningNode;
  readonly close: () => Promise<void>;
}

export interface ServeHooks {
  readonly logger: Logger;
  readonly onDecision: (decision: Decision) => void;
  readonly onFatal: (error: unknown) => void;
  readonly onServing: (serving: Serving) => void;
}

/** A hand-over that takes longer than this is left to the supervisor's patience no more. */
const SHUTDOWN_LIMIT_MS = 25_000;

/** Decisions that change no more until somebody changes a configuration or gives an order. */
const NEEDS_PEOPLE: readonly string[] = ['founding-refused'];

/**
 * Runs a node until SIGTERM or SIGINT, or until it must not go on. Resolves with the exit status:
 * 0 after an orderly end, 1 when it could not start, 70 after a broken invariant or a failed disk.
 */
export async function serveNode(
  config: BaseConfig,
  reload: () => BaseConfig | null,
  start: (hooks: ServeHooks) => Promise<Result<Served>>,
): Promise<number> {
  let current = config;
  const logger = createLogger({ ...config.log, node: config.node });
  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const onFatal = (error: unknown): void => {
    logger.fatal({ event: 'fatal', ...fatalFields(error, config.dataDir) });
    end(70);
  };
  process.on('uncaughtException', onFatal);
  process.on('unhandledRejection', onFatal);
  const manager = await managerOf(logger);
  let stopInforming = (): void => undefined;
  const started = await start({
    logger,
    onFatal,
    onServing: (serving) => {
      manager.ready();
      stopInforming = inform(manager, serving, config.node);
    },
    onDecision: ({ event, fields }) =>
      logger[NEEDS_PEOPLE.includes(event) ? 'error' : 'info']({ event, ...fields }),
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
    logger.info({ event: 'stopping', signal, stopMode: current.stopMode });
    manager.stopping();
    node.loop.onShutdownReady(() => end(0));
    node.loop.post({ type: 'shutdown', mode: current.stopMode });
    setTimeout(() => end(0), SHUTDOWN_LIMIT_MS).unref();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGHUP', () => {
    current = rereadConfig(current, reload, logger);
  });
  const status = await ended;
  if (status === 0) await close();
  stopInforming();
  manager.close();
  return status;
}

/** Without its ear the manager still runs the program, as one that says nothing. */
async function managerOf(logger: Logger): Promise<ServiceManager> {
  const manager = await openServiceManager(process.env, process.pid);
  if (manager.ok) return manager.value;
  const { message, remedy } = manager.error;
  logger.warn({ event: 'service-manager-unreachable', message, remedy });
  return SILENT_MANAGER;
}

function inform(manager: ServiceManager, { status, vitals }: Serving, me: string): () => void {
  return keepInformed(manager, {
    clock: systemClock,
    vitals,
    status: () => statusLine(status(), me),
  });
}

/**
 * SIGHUP: what can change in a running process changes (log level, stopMode); for the rest the log
 * says that it takes a restart. A configuration with a mistake changes nothing.
 */
function rereadConfig(
  current: BaseConfig,
  reload: () => BaseConfig | null,
  logger: Logger,
): BaseConfig {
  const next = reload();
  if (next === null) {
    logger.error({ event: 'config-refused', message: 'the configuration stays as it was' });
    return current;
  }
  logger.level = next.log.level;
  const applied = { ...current, log: next.log, stopMode: next.stopMode };
  const pending = Object.keys(next).filter(
    (key) =>
      JSON.stringify(next[key as keyof BaseConfig]) !==
      JSON.stringify(applied[key as keyof BaseConfig]),
  );
  logger.info({
    event: 'config-read',
    stopMode: next.stopMode,
    level: next.log.level,
    ...(pending.length > 0 && { afterRestart: pending }),
  });
  return applied;
}

/** What a disk that fails says to whoever writes. */
const DISK_CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];

function fatalFields(error: unknown, dataDir: string): Readonly<Record<string, unknown>> {
  if (error instanceof InvariantError) {
    return { rule: error.rule, message: error.message, details: error.details, stack: error.stack };
  }
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? error.code : undefined;
  const remedy = DISK_CODES.includes(code)
    ? { remedy: `look at the disk of ${dataDir}: nobody serves on without a log; then start again` }
    : {};
  return { message: error.message, ...remedy, stack: error.stack };
}

/** The text of an expected failure, with what to do. */
export function failureText({ message, remedy }: Failure): string {
  return remedy === undefined || remedy === '' ? message : `${message}; ${remedy}`;
}
