import type { PostgresConfig } from './config.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import { layoutOf, type Layout } from './layout.js';
import { ServerProcess } from './server.js';
import { openSession, withSession, type Session, type SessionTarget } from './session.js';
import { SettingsStore, type StateChange } from './settings-store.js';

/** Milliseconds between two tries while something is waited for that comes within moments. */
export const FAST_POLL_MS = 3;

/** What every call of the engine works with. */
export interface Context {
  readonly config: PostgresConfig;
  readonly layout: Layout;
  readonly server: ServerProcess;
  readonly settings: SettingsStore;
  /** The agent's way in: the Unix socket, by the operating system's word. */
  readonly local: SessionTarget;
}

export function contextOf(config: PostgresConfig): Context {
  const layout = layoutOf(config.dataDir);
  return {
    config,
    layout,
    server: new ServerProcess(config, layout),
    settings: new SettingsStore(config, layout),
    local: { host: config.socketDir, port: config.port, user: config.superuser.name },
  };
}

export function withLocal<Value>(
  context: Context,
  deadline: Deadline,
  work: (session: Session) => Promise<Value>,
): Promise<Value> {
  return withSession(context.local, deadline, work);
}

/**
 * Writes a change durably and brings it into force. Answers a session that was opened after the
 * postmaster had read it and signalled every process (see `DurableState.generation`).
 */
export async function changeAndConnect(
  context: Context,
  change: StateChange,
  deadline: Deadline,
): Promise<Session> {
  const { generation } = await context.settings.write(change);
  if (!context.server.reload()) {
    throw new EngineFailure('unreachable', 'the database does not run');
  }
  for (;;) {
    const session = await openSession(context.local, deadline);
    try {
      const [row] = await session.rows(
        `select current_setting('mha4rdb.generation', true) as generation`,
        deadline,
      );
      if (Number(row?.['generation']) >= generation) return session;
    } catch (thrown) {
      session.close();
      throw thrown;
    }
    const problem = deadline.left() < 100 ? await settingsProblem(session, deadline) : undefined;
    session.close();
    if (problem !== undefined) throw new EngineFailure('refused', problem);
    deadline.check('reading the new configuration');
    await deadline.pause(FAST_POLL_MS);
  }
}

/** Why the server does not take its files: one wrong line keeps all of them from being used. */
async function settingsProblem(session: Session, deadline: Deadline): Promise<string | undefined> {
  const [row] = await session.rows(
    `select sourcefile || ':' || sourceline || ': ' || coalesce(name, '') || ' ' || error as problem
     from pg_file_settings where error is not null limit 1`,
    deadline,
  );
  return typeof row?.['problem'] === 'string'
    ? `the server does not take its configuration: ${row['problem']}`
    : undefined;
}
