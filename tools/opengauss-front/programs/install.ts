import { chmodSync, copyFileSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../server/server.js';

/** The names that a dialect gives the programs. */
export interface ProgramNames {
  readonly control: string;
  readonly setSetting: string;
  readonly initialize: string;
}

/** Lays out a directory of programs as an installed server of the family has it. */
export function install(
  binDir: string,
  names: ProgramNames,
  installation: Installation,
  programs = __dirname,
): void {
  mkdirSync(binDir, { recursive: true });
  writeFileSync(join(binDir, 'front.json'), JSON.stringify(installation));
  const server = join(binDir, 'gaussdb');
  rmSync(server, { force: true });
  // A program's name in /proc is that of its file: this runtime's, under the server's name.
  try {
    linkSync(process.execPath, server);
  } catch {
    copyFileSync(process.execPath, server);
  }
  wrap(binDir, names.control, join(programs, 'control-main.js'), [names.control, binDir]);
  wrap(binDir, names.setSetting, join(programs, 'setting-main.js'), [names.setSetting]);
  wrap(binDir, 'pg_controldata', join(programs, 'control-data-main.js'), [binDir]);
  wrap(binDir, names.initialize, join(programs, 'initialize-main.js'), [names.initialize, binDir]);
}

function wrap(binDir: string, name: string, program: string, args: readonly string[]): void {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`);
  const path = join(binDir, name);
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
}
