import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { EngineErrorCode } from '../engine.js';
import type { PostgresConfig } from './config.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import type { Layout } from './layout.js';
import { processesTold, signalProcess, toolProcesses } from './processes.js';
import { asUser, started } from './server.js';

/** Lines of a tool's messages that are kept for the error's text. */
const KEPT_LINES = 6;
/** What tells a running program of the operator's, and its children, where it restores to. */
export const TARGET_VARIABLE = 'MHA_TARGET';
const TOOLS = ['initdb', 'pg_basebackup', 'pg_rewind'];

export interface ToolRun {
  /** Of PostgreSQL's tools; or a program of the operator's, by its full path. */
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Given each line of the tool's messages, progress lines included. */
  /** Added to what every tool gets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs one of PostgreSQL's tools as the database's user, to its end. It stands in a process group of
 * its own, which is killed when the deadline comes or the call is aborted.
 */
export async function runTool(
  config: PostgresConfig,
  layout: Layout,
  run: ToolRun,
  deadline: Deadline,
): Promise<void> {
  const path = isAbsolute(run.name) ? run.name : join(config.binDir, run.name);
  const child = launch(config, layout, path, run);
  await started(child, path);
  const group = child.pid ?? 0;
  const kept: string[] = [];
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines.filter((each) => each.trim() !== '')) {
      run.onLine?.(line);
      if (!isProgress(line)) kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
    }
  });
  let killed = false;
  const kill = (): void => {
    killed = true;
    signalProcess(-group, 'SIGKILL');
    // A child that left the group may hold the pipe open for ever; nobody waits for it.
    child.stderr.destroy();
  };
  const timer = setTimeout(kill, deadline.left());
  deadline.signal?.addEventListener('abort', kill, { once: true });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return;
    deadline.check(run.name);
    // A timer may come a fraction of a millisecond before the clock that the deadline reads.
    if (killed) throw new EngineFailure('timeout', `${run.name} did not end in time`);
    if (rest.trim() !== '' && !isProgress(rest)) kept.push(rest);
    throw failureOf(run.name, kept.join(' | '));
  } finally {
    clearTimeout(timer);
    deadline.signal?.removeEventListener('abort', kill);
  }
}

function launch(
  config: PostgresConfig,
  layout: Layout,
  path: string,
  { args, cwd, environment }: ToolRun,
): ChildProcessByStdio<null, null, Readable> {
  try {
    return spawn(path, args, {
      detached: true,
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: `${config.binDir}:/usr/bin:/bin`,
        LC_ALL: 'C',
        PGPASSFILE: layout.passfile,
        PGCONNECT_TIMEOUT: '5',
        ...environment,
      },
      ...asUser(config.osUser),
    });
  } catch (error) {
    // Thrown and not told by an event: a file that is just being written, a path through a file, …
    throw new EngineFailure('process-failed', `${path} could not be run: ${String(error)}`);
  }
}

/** Ends tools that an agent before us left behind, working on the same directory. */
export async function endLeftTools(layout: Layout, deadline: Deadline): Promise<void> {
  const left = (): readonly number[] => [
    ...toolProcesses(TOOLS, layout.workData),
    ...toolProcesses(TOOLS, `--target-pgdata=${layout.dataDir}`),
    ...processesTold(`${TARGET_VARIABLE}=${layout.workData}`),
  ];
  const gone = await deadline.until(20, () => {
    const pids = left();
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
    return pids.length === 0;
  });
  if (!gone) deadline.check('ending tools of an earlier run');
}

/** pg_basebackup and pg_rewind: `  23456/34567 kB (67%), 0/1 tablespace`. */
export function readProgress(line: string): { done: number; total: number } | undefined {
  const match = /^\s*(\d+)\/(\d+) kB/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { done: Number(match[1]) * 1024, total: Number(match[2]) * 1024 };
}

const isProgress = (line: string): boolean => readProgress(line) !== undefined;

const SIGNS: readonly (readonly [RegExp, EngineErrorCode, string?])[] = [
  [
    /password authentication failed|no password supplied/,
    'wrong-password',
    'Correct the password file named in the configuration, or the role in the database.',
  ],
  [/No space left on device/, 'no-space', 'Free space on this file system.'],
  [/no pg_hba.conf entry|pg_hba.conf rejects/, 'refused', 'See whether the upstream runs mha4rdb.'],
  [
    /could not find (previous|common ancestor)|has already been removed|could not (open|read) WAL|could not open file .*pg_wal/,
    'diverged',
    'The log needed to wind back is gone; copy the directory anew.',
  ],
  [/Connection refused|timeout expired|could not (connect|translate)|No route/, 'unreachable'],
];

function failureOf(name: string, text: string): EngineFailure {
  const sign = SIGNS.find(([pattern]) => pattern.test(text));
  const message = `${name} failed: ${text === '' ? 'it said nothing' : text}`;
  return new EngineFailure(sign?.[1] ?? 'process-failed', message, sign?.[2]);
}
