import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readControlOutcome, type ControlOutcome, type ControlVerb } from '@mha4rdb/db-probe';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure } from '../postgres/failure.js';
import { signalProcess } from '../postgres/processes.js';
import { asUser, started } from '../postgres/server.js';
import type { GaussContext } from './context.js';

/** Of a tool's output; what is longer is cut in the middle of nothing that is read. */
const LONGEST_OUTPUT = 64 << 10;

/** What one of the family's programs printed, and how it ended. */
export interface ProgramRun {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs a program of the family as the database's user, to its end, with `LC_ALL=C`: in another
 * locale its words are translated, and words are what is read. It has a process group of its own,
 * which is killed when the deadline comes; a server that it started is in another and lives on.
 */
export async function runProgram(
  { config, layout }: GaussContext,
  name: string,
  args: readonly string[],
  deadline: Deadline,
): Promise<ProgramRun> {
  const path = join(config.binDir, name);
  const child = spawn(path, args, {
    detached: true,
    cwd: layout.parent,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${config.binDir}:/usr/sbin:/usr/bin:/sbin:/bin`,
      LD_LIBRARY_PATH: join(config.binDir, '../lib'),
      GAUSSHOME: join(config.binDir, '..'),
      PGDATA: layout.dataDir,
      USER: config.osUser.name,
      LC_ALL: 'C',
    },
    ...asUser(config.osUser),
  });
  await started(child, path);
  let output = '';
  const hear = (text: string): void => {
    output = (output + text).slice(-LONGEST_OUTPUT);
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const group = child.pid ?? 0;
  const kill = (): boolean => signalProcess(-group, 'SIGKILL');
  const timer = setTimeout(kill, deadline.left());
  deadline.signal?.addEventListener('abort', kill, { once: true });
  try {
    // Not `close`: a server that was started here may hold the pipes for as long as it lives.
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === null) deadline.check(`${name} ${args[0] ?? ''}`);
    await new Promise((resolve) => setImmediate(resolve));
    return { code: code ?? -1, output };
  } finally {
    clearTimeout(timer);
    deadline.signal?.removeEventListener('abort', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/**
 * One verb of `gs_ctl` or `vb_ctl`. It waits for a little less than we do, so that it gives up in
 * its own words. What it says it did is not believed: the caller asks the server.
 */
export async function control(
  context: GaussContext,
  verb: ControlVerb,
  args: readonly string[],
  deadline: Deadline,
): Promise<ControlOutcome> {
  const wait = Math.max(1, Math.floor(deadline.left() / 1000) - 1);
  const all = [verb, '-D', context.layout.dataDir, '-t', String(wait), ...args];
  const { code, output } = await runProgram(context, context.dialect.control, all, deadline);
  return readControlOutcome(verb, output, code);
}

/** The failure that an outcome is, for the callers that cannot go on with it. */
export function controlFailure(verb: ControlVerb, { kind, said }: ControlOutcome): EngineFailure {
  const words = `${verb}: ${said}`;
  switch (kind) {
    case 'licence-expired':
      return new EngineFailure(
        'refused',
        words,
        'Renew the licence of this server; nothing else starts it.',
      );
    case 'not-running':
      return new EngineFailure('unreachable', words);
    case 'timed-out':
      return new EngineFailure('timeout', words);
    case 'refused':
    case 'wrong-mode':
      return new EngineFailure('refused', words);
    case 'said-done':
    case 'unknown':
      return new EngineFailure('process-failed', words, 'Read the log of the server.');
  }
}
