import { readFileSync } from 'node:fs';
import type { Installation } from '../server/server.js';
import { install, type ProgramNames } from './install.js';

/** `install-main.js BINDIR NAMES.json`: names of the programs, and the installation behind them. */
const [, , binDir = '', file = ''] = process.argv;
const wish = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly names: ProgramNames;
  readonly installation: Installation;
};
install(binDir, wish.names, wish.installation);
process.stdout.write('installed, emulated\n');
