import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { frontLayout, readReplConnInfos, readSettings, replaceFile } from '../server/layout.js';
import { untilNobodyWorksIn } from '../server/backend.js';
import { readInstallation } from '../server/server.js';
import { say, type ControlCall } from './control-call.js';
import { start, stop } from './control-process.js';
import { postmasterOf } from './postmaster.js';

/**
 * `build -b auto|full|incremental -M standby`: stops the server, winds it back or copies it from the
 * primary that its `replconninfo` names, in place, and starts it as a standby.
 */
export async function build(call: ControlCall): Promise<number> {
  const { layout, binDir } = call;
  const installation = readInstallation(binDir);
  const source = await findPrimary(call, installation.osUser);
  if (source === undefined) {
    say(call, ' could not find the primary: none of replconninfo answers as one');
    return 1;
  }
  if (postmasterOf(layout.pidFile) !== undefined) await stop(call);
  await untilNobodyWorksIn(layout.pg);
  replaceFile(join(layout.dataDir, 'front.build'), 'Building 0');
  const how = call.option('b') ?? 'auto';
  const conninfo = `host=${source.host} port=${source.port} user=${installation.osUser} dbname=postgres`;
  const tool = (name: string, args: readonly string[]): boolean => {
    const run = spawnSync(join(installation.postgresBinDir, name), args, { encoding: 'utf8' });
    if (run.status !== 0) say(call, ` ${name}: ${run.stderr.trim().split('\n').at(-1) ?? ''}`);
    return run.status === 0;
  };
  const wound =
    how !== 'full' &&
    existsSync(join(layout.pg, 'PG_VERSION')) &&
    tool('pg_rewind', [`--target-pgdata=${layout.pg}`, `--source-server=${conninfo}`]);
  if (!wound && how === 'incremental') return failed(call);
  if (!wound) {
    rmSync(layout.pg, { recursive: true, force: true });
    const args = [`--pgdata=${layout.pg}`, `--dbname=${conninfo}`, '--wal-method=stream'];
    if (!tool('pg_basebackup', [...args, '--checkpoint=fast'])) return failed(call);
  }
  for (const name of ['front.disable_conn', 'front.disable_conn.done']) {
    rmSync(join(layout.pg, name), { force: true });
  }
  replaceFile(join(layout.dataDir, 'front.build'), 'Build completed 100');
  say(call, ' build completed, the server is started');
  return start(call, call.option('M') ?? 'standby');
}

export function queryBuild(call: ControlCall): number {
  const path = join(call.layout.dataDir, 'front.build');
  const words = existsSync(path) ? readFileSync(path, 'utf8') : 'Build completed 100';
  const at = words.lastIndexOf(' ');
  process.stdout.write(`\t${'db_state'.padEnd(30)} : ${words.slice(0, at)}\n`);
  process.stdout.write(`\t${'process_schedule'.padEnd(30)} : ${words.slice(at + 1)}%\n`);
  return 0;
}

function failed(call: ControlCall): number {
  replaceFile(join(call.layout.dataDir, 'front.build'), 'Build failed 50');
  say(call, ' build failed');
  return 1;
}

async function findPrimary(
  call: ControlCall,
  user: string,
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  const infos = readReplConnInfos(readSettings(frontLayout(call.layout.dataDir).conf));
  for (const { remoteHost, remotePort } of infos) {
    const sql = postgres({
      host: remoteHost,
      port: remotePort,
      user,
      database: 'postgres',
      max: 1,
      fetch_types: false,
      connect_timeout: 2,
      onnotice: () => undefined,
    });
    try {
      const [row] = await sql`select pg_is_in_recovery() as standby`;
      if (row?.['standby'] === false) return { host: remoteHost, port: remotePort };
    } catch {
      // The next one.
    } finally {
      await sql.end({ timeout: 0 }).catch(() => undefined);
    }
  }
  return undefined;
}
