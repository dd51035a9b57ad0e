import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotPossible, say } from './report.mjs';
import { run } from './run-process.mjs';

const REGISTRY_TIMEOUT_MS = 4_000;

/** Installs the npm packages of the lock file, unless exactly these are there already. */
export async function ensureNpmPackages(root) {
  if (packagesMatchLock(root)) return 'as the lock file says already';
  const online = await registryAnswers(root);
  const args = ['ci', '--no-audit', '--no-fund', ...(online ? [] : ['--offline'])];
  const { code, output } = online
    ? await run('npm', args, { cwd: root })
    : await run('npm', args, { cwd: root, timeoutMs: 120_000 });
  if (code === 0) return online ? 'installed' : 'installed from the cache of npm';
  if (!online && existsSync(join(root, 'node_modules/.bin/nx'))) {
    say('    no registry in reach: going on with the npm packages that are there');
    return 'older ones than the lock file says';
  }
  const why = online ? output.trim().slice(-3000) : 'no npm registry is in reach.';
  throw new NotPossible(
    `npm packages are missing: ${why}\nMissing command: (cd ${root} && npm ci)`,
  );
}

/** Compares what npm noted in node_modules with the lock: every version equal, nothing missing. */
export function packagesMatchLock(root) {
  const lock = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  if (lock === undefined || installed === undefined) return false;
  return Object.entries(lock).every(([path, wanted]) => {
    if (path === '' || !path.includes('node_modules/')) return true;
    const found = installed[path];
    // npm leaves out what is optional and made for another platform.
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && existsSync(join(root, path));
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Asks the registry, as npm is configured to reach it, for one package that is needed anyway. */
async function registryAnswers(root) {
  const args = [
    'view',
    'nx',
    'name',
    '--fetch-retries=0',
    `--fetch-timeout=${REGISTRY_TIMEOUT_MS}`,
  ];
  const { code } = await run('npm', args, { cwd: root, timeoutMs: REGISTRY_TIMEOUT_MS + 1_500 });
  return code === 0;
}
