import { constants, readdirSync, readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { dialectOf } from '@mha4rdb/db-probe';
import type { HostProblem } from '../postgres/check-host.js';
import { inspectDirectory } from '../postgres/directory.js';
import type { OpenGaussConfig } from './config.js';

/** Programs that promote servers of this family by themselves; two that do are two primaries. */
const MANAGERS = ['cm_agent', 'cm_server', 'om_monitor', 'has', 'patroni', 'mogha'];
/** `comm` of a process is cut off after this many characters. */
const LONGEST_NAME = 15;

/** All that would keep the engine from working on this host; changes nothing, and starts nothing. */
export async function checkOpenGaussHost(config: OpenGaussConfig): Promise<readonly HostProblem[]> {
  return [
    ...(await checkPrograms(config)),
    ...checkUsers(config),
    ...(await checkDirectory(config)),
  ];
}

/** Cluster managers of the family that run on this host, by the names of their processes. */
export function runningManagers(): readonly string[] {
  const names = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => nameOf(pid));
  return MANAGERS.filter((manager) => names.includes(manager.slice(0, LONGEST_NAME)));
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

async function checkPrograms({
  binDir,
  dialect,
}: OpenGaussConfig): Promise<readonly HostProblem[]> {
  const { control, initialize, product } = dialectOf(dialect);
  const missing: string[] = [];
  for (const name of [control, initialize, 'pg_controldata']) {
    const path = join(binDir, name);
    await access(path, constants.X_OK).catch(() => missing.push(path));
  }
  if (missing.length === 0) return [];
  const message = `cannot run ${missing.join(', ')}`;
  const remedy = `Install ${product}, or set database.binDir to $GAUSSHOME/bin.`;
  return [{ code: 'missing-binary', message, remedy }];
}

function checkUsers({ osUser, superuser }: OpenGaussConfig): readonly HostProblem[] {
  const problems: HostProblem[] = [];
  const me = process.getuid?.();
  if (osUser.uid === 0) {
    const message = 'servers of this family refuse to run as root';
    problems.push({
      code: 'no-permission',
      message,
      remedy: 'Set database.osUser to its own user.',
    });
  } else if (me !== 0 && me !== osUser.uid) {
    const message = `the agent runs as user ${me} and cannot become ${osUser.name}`;
    const remedy = `Run the agent as root or as ${osUser.name}.`;
    problems.push({ code: 'no-permission', message, remedy });
  }
  if (superuser.name !== osUser.name) {
    problems.push({
      code: 'wrong-owner',
      message: `database.superuser is ${superuser.name}, and the initial user is ${osUser.name}`,
      remedy: 'The agent works as the initial user, who bears the name of database.osUser.',
    });
  }
  return problems;
}

async function checkDirectory({ dataDir }: OpenGaussConfig): Promise<readonly HostProblem[]> {
  const directory = await inspectDirectory(dataDir);
  if (directory.kind !== 'foreign') return [];
  const remedy = 'Name an empty or absent directory, or one of a database of this family.';
  return [{ code: 'foreign-directory', message: directory.reason, remedy }];
}
