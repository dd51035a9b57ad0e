// Regenerates the code from the .proto files beside the committed one and fails where they differ,
// so that nobody edits generated code by hand or forgets to run `npm run proto`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const outputs = ['packages/proto/src/gen', 'packages/client/src/gen'];

function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

const fresh = mkdtempSync(join(tmpdir(), 'mha4rdb-gen-'));
try {
  const bin = join(root, 'node_modules/.bin');
  execFileSync(join(bin, 'buf'), ['generate', '--output', fresh], {
    cwd: root,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` },
    stdio: 'inherit',
  });
  const stale = outputs.flatMap((output) => {
    const [committed, wanted] = [join(root, output), join(fresh, output)];
    const names = new Set([...filesOf(committed), ...filesOf(wanted)]);
    return [...names]
      .filter((name) => textOf(join(committed, name)) !== textOf(join(wanted, name)))
      .map((name) => join(output, name));
  });
  if (stale.length > 0) {
    console.error(`generated code differs from its .proto source:\n  ${stale.join('\n  ')}`);
    console.error('run `npm run proto` and commit what it changes');
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true });
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
