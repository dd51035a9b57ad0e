import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { FACADE_SQL, SEARCH_PATH_SQL } from '../server/facade.js';
import { frontLayout, replaceFile } from '../server/layout.js';
import { readInstallation } from '../server/server.js';
import { readArguments } from './arguments.js';

/** `initialize-main.js NAME BINDIR -D dir -U user --nodename=n1`: `gs_initdb`, emulated. */
const [, , program = 'gs_initdb', binDir = '', ...args] = process.argv;
const { values } = readArguments(args, ['D', 'U', 'w', 'E']);
const layout = frontLayout(values.get('D') ?? '');
const { postgresBinDir, osUser } = readInstallation(binDir);
const user = values.get('U') ?? osUser;

mkdirSync(layout.dataDir, { recursive: true, mode: 0o700 });
run('initdb', [
  '-D',
  layout.pg,
  '-U',
  user,
  '-A',
  'trust',
  '-k',
  '-E',
  'UTF8',
  '--locale=C',
  '--no-sync',
]);
single('template1', FACADE_SQL);
single('postgres', FACADE_SQL);
single('template1', `${SEARCH_PATH_SQL}\n\ncreate database vastbase template template1;`);
symlinkSync('pg/PG_VERSION', join(layout.dataDir, 'PG_VERSION'));
symlinkSync('pg/global', join(layout.dataDir, 'global'));
replaceFile(layout.conf, `application_name = '${values.get('nodename') ?? ''}'\n`);
replaceFile(layout.hba, 'local all all trust\nhost all all 127.0.0.1/32 trust\n');
process.stdout.write(`Success. You can now start the database server (${program}, emulated).\n`);

/** In single-user mode, where a statement ends with a semicolon and an empty line. */
function single(database: string, sql: string): void {
  const statements = sql.replace(/;\n(?=\n)/g, ';\n');
  run('postgres', ['--single', '-j', '-D', layout.pg, database], `${statements}\n\n`);
}

function run(name: string, toolArgs: readonly string[], input = ''): void {
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  const done = spawnSync(join(postgresBinDir, name), toolArgs, { input, env, encoding: 'utf8' });
  if (done.status === 0 && !/ERROR|FATAL/.test(done.stderr)) return;
  process.stderr.write(`${program}: ${name} failed: ${done.stderr}\n`);
  process.exit(1);
}
