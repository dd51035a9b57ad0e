import type { Command } from 'commander';
import { ClusterError, connectCluster, type Cluster } from '@mha4rdb/client';
import { EXIT, exitCodeOf, UsageError, type CommandKind, type ExitCode } from '../exit-code.js';
import { connectOptions, type Format, type GlobalOptions } from './global-options.js';

/** What a command works with. */
export interface Invocation {
  readonly cluster: Cluster;
  readonly format: Format;
  /** Time left of `--timeout`, in milliseconds. */
  readonly leftMs: () => number;
  /** `--yes`, or nobody is there to ask. */
  readonly unasked: boolean;
}

/** Runs one command and keeps its exit code. */
export class Runner {
  exitCode: ExitCode = EXIT.done;

  /** The action of a command that talks to a cluster. */
  async withCluster(
    command: Command,
    kind: CommandKind,
    work: (invocation: Invocation) => Promise<ExitCode>,
    /** Instead of the default of `--timeout`, where that is not given. */
    patienceMs?: number,
  ): Promise<void> {
    const given = command.optsWithGlobals<GlobalOptions>();
    const isDefault = command.getOptionValueSourceWithGlobals('timeout') === 'default';
    const timeout = isDefault ? (patienceMs ?? given.timeout) : given.timeout;
    const options = { ...given, timeout };
    const end = performance.now() + timeout;
    await this.guarded(kind, async () => {
      const cluster = connectCluster(connectOptions(options, process.env));
      try {
        return await work({
          cluster,
          format: options.output,
          leftMs: () => Math.max(1, Math.ceil(end - performance.now())),
          unasked: options.yes === true || !process.stdin.isTTY || !process.stdout.isTTY,
        });
      } finally {
        await cluster.close();
      }
    });
  }

  /** The action of any command: errors become a message on standard error and an exit code. */
  async guarded(kind: CommandKind, work: () => Promise<ExitCode>): Promise<void> {
    try {
      this.exitCode = await work();
    } catch (error) {
      this.exitCode = exitCodeOf(error, kind);
      process.stderr.write(`${messageOf(error)}\n`);
    }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `error: ${error.message}`;
  if (!(error instanceof ClusterError)) {
    return `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const operation = error.operationId === undefined ? '' : `\noperation: ${error.operationId}`;
  const remedy = error.remedy === '' ? '' : `\nwhat to do: ${error.remedy}`;
  return `error: ${error.message} [${error.reasonCode}]${operation}${remedy}`;
}
