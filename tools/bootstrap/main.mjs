// The way in for `npm run demo`, `npm test`, `npm run test:full` and `npm run bench`: sets up what
// is missing on a fresh checkout, then runs what was asked for. Plain Node, since nothing else is
// there yet.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asRoot } from './as-root.mjs';
import { ensureNpmPackages, packagesMatchLock } from './npm-packages.mjs';
import { NotPossible, duration, elapsed, say } from './report.mjs';
import { run, searchPath } from './run-process.mjs';
import { runTests } from './run-tests.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { build } from './workspace-build.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [target = '', ...args] = process.argv.slice(2);
const SETUP = [
  ['npm packages', () => ensureNpmPackages(root)],
  ['System packages', () => ensureSystemPackages()],
  ['Build', () => build(root)],
];

function checkPlatform() {
  if (process.platform !== 'linux') {
    throw new NotPossible(
      'mha4rdb builds its lab from Linux network namespaces: run this on Linux, for example in a virtual machine.',
    );
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new NotPossible(`Node 20.19 or later is needed; this is ${process.versions.node}.`);
  }
}

async function setUp() {
  for (const [at, [name, step]] of SETUP.entries()) {
    const began = elapsed();
    say(`[${at + 1}] ${name} …`);
    const outcome = await step();
    say(`[${at + 1}] ${name}: ${outcome} (${duration(elapsed() - began)})`);
  }
}

/** Demo and bench are programs of their own; they go on with the numbers of the steps. */
async function runLabProgram(name) {
  const firstStep = String(SETUP.length + 1);
  const program = [process.execPath, programFile(name), '--first-step', firstStep, ...args];
  const { command, stdin } = await asRoot(`the ${name}`, program);
  const [file, ...rest] = command;
  const { code } = await run(file, rest, {
    cwd: root,
    env: { PATH: searchPath() },
    stdin,
    show: true,
    timeoutMs: 7_200_000,
  });
  return code;
}

function programFile(name) {
  return join(root, `tools/dist/${name}/main.js`);
}

/** `--help` and `--down` need the program itself and nothing of what a lab needs. */
function asksForNoLab() {
  const asked = args.includes('--down') || args.includes('--help');
  return asked && existsSync(programFile(target)) && packagesMatchLock(root);
}

async function main() {
  checkPlatform();
  switch (target) {
    case 'test':
    case 'test:full': {
      await setUp();
      return runTests(root, target === 'test:full', SETUP.length + 1);
    }
    case 'demo':
    case 'bench':
      if (!asksForNoLab()) await setUp();
      return runLabProgram(target);
    default:
      throw new NotPossible('usage: node tools/bootstrap/main.mjs demo|test|test:full|bench');
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  say(`\n${error.message}`);
  process.exitCode = error instanceof NotPossible ? error.exitCode : 1;
}
