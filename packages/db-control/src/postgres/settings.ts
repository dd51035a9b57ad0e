import { withLocal, type Context } from './context.js';
import type { Deadline } from './deadline.js';

/** Of these parameters, those that the running server knows, as it writes them. */
export async function readSettings(
  context: Context,
  names: readonly string[],
  deadline: Deadline,
): Promise<Readonly<Record<string, string>>> {
  const list = names.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ');
  // What our own sessions ask for themselves (synchronous_commit) is not what clients get.
  const sql = `select name, case when source <> 'client' then setting else coalesce(
      (select setting from pg_file_settings file where file.name = known.name and error is null
        order by seqno desc limit 1), boot_val) end as setting
    from pg_settings known where name in (${list})`;
  const rows = await withLocal(context, deadline, (session) => session.rows(sql, deadline));
  return Object.fromEntries(rows.map(({ name, setting }) => [String(name), String(setting)]));
}
