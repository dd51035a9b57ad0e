import postgres from 'postgres';
import { readIfThere, readSettings } from '../server/layout.js';
import { requirePostmaster, type ControlCall } from './control-call.js';

/** `query`: what the server says of itself, in the tool's layout (`streamutil.cpp` exe_sql). */
export async function query(call: ControlCall): Promise<number> {
  if (requirePostmaster(call) === undefined) return 1;
  const { conf, sqlMode } = call.layout;
  const settings = readSettings(conf);
  const sql = postgres({
    host: settings.get('unix_socket_directory') ?? '/tmp',
    port: Number(settings.get('port') ?? 5432),
    user: process.env['USER'] ?? 'postgres',
    database: 'postgres',
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    title('HA state:');
    for (const row of await sql`select * from pg_stat_get_stream_replications()`) print(row);
    const infos = [
      ['Senders info:', await sql`select * from pg_stat_get_wal_senders()`],
      ['Receiver info:', await sql`select * from pg_stat_get_wal_receiver()`],
    ] as const;
    for (const [name, rows] of infos) {
      title(name);
      if (rows.length === 0) process.stdout.write('No information \n');
      for (const row of rows) print(row);
    }
  } catch (error) {
    // The layout of the state file, in which the reason stands for the detail.
    const words = {
      local_role: readIfThere(sqlMode).trim(),
      static_connections: '0',
      db_state: 'Normal',
      detail_information: error instanceof Error ? `FATAL:  ${error.message}` : String(error),
      sync_mode: 'Unknown',
    };
    for (const [name, value] of Object.entries(words)) {
      process.stdout.write(`        ${name.padEnd(30)}: ${value}\n`);
    }
  } finally {
    await sql.end({ timeout: 0 }).catch(() => undefined);
  }
  return 0;
}

/** `" %-20s\n"`. */
function title(name: string): void {
  process.stdout.write(` ${name.padEnd(20)}\n`);
}

/** `"\t%-30s : %s\n"`. */
function print(row: Readonly<Record<string, unknown>>): void {
  const hidden = ['pid', 'catchup_start', 'catchup_end'];
  for (const [name, value] of Object.entries(row)) {
    if (hidden.includes(name)) continue;
    process.stdout.write(`\t${name.padEnd(30)} : ${textOf(value)}\n`);
  }
  process.stdout.write('\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
