import { join } from 'node:path';
import { run } from './run-process.mjs';

/** Nx without a process that stays behind and without a screen of its own. */
export const NX_ENV = {
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  FORCE_COLOR: '0',
};

/** A program of the repository's own packages. */
export function bin(root, name) {
  return join(root, 'node_modules/.bin', name);
}

/** Builds everything (what is up to date comes from Nx's cache). Fails with the compiler's words. */
export async function build(root) {
  const { code, output } = await run(bin(root, 'nx'), ['run-many', '-t', 'build'], {
    cwd: root,
    env: NX_ENV,
  });
  if (code !== 0) throw new Error(`the build failed:\n${output.slice(-6000)}`);
  return 'built';
}
