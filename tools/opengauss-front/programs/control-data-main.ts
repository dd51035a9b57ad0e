import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { frontLayout } from '../server/layout.js';
import { readInstallation } from '../server/server.js';
import { readArguments } from './arguments.js';

/** `control-data-main.js BINDIR -D dir`: `pg_controldata` of the server behind. */
const [, , binDir = '', ...args] = process.argv;
const { values } = readArguments(args, ['D']);
const { pg } = frontLayout(values.get('D') ?? '');
const program = join(readInstallation(binDir).postgresBinDir, 'pg_controldata');
const run = spawnSync(program, ['-D', pg], { stdio: 'inherit', env: { LC_ALL: 'C' } });
process.exitCode = run.status ?? 1;
