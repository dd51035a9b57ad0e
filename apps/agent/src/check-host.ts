import { openHostGuard } from '@mha4rdb/host-linux';
import { systemClock, type AgentConfig, type HostProblem } from '@mha4rdb/node-runtime';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { openEngine } from './engine.js';

/** `--check`: everything on this host that would keep the agent from working. Changes nothing. */
export async function checkHost(config: AgentConfig): Promise<readonly HostProblem[]> {
  return [...checkPrograms(config), ...(await checkDatabase(config)), ...checkHostGuard(config)];
}

function checkPrograms({ database }: AgentConfig): readonly HostProblem[] {
  return ['postgres', 'initdb', 'pg_basebackup', 'pg_rewind', 'pg_controldata'].flatMap((name) => {
    const file = path.join(database.binDir, name);
    try {
      accessSync(file, constants.X_OK);
      return [];
    } catch {
      return [
        {
          message: `database.binDir: ${file} is missing or not executable`,
          remedy: 'install the server package, or set database.binDir to its bin directory',
        },
      ];
    }
  });
}

async function checkDatabase(config: AgentConfig): Promise<readonly HostProblem[]> {
  const engine = openEngine(config, () => undefined);
  if (!engine.ok) return [problem(engine.error)];
  const { directory, detail, role } = await engine.value.observe();
  if (directory.kind === 'foreign') {
    return [
      {
        message: `database.dataDir: ${directory.reason}`,
        remedy: 'set database.dataDir to a data directory, an empty or an absent one',
      },
    ];
  }
  return role === 'silent' && detail !== undefined
    ? [{ message: `the database does not answer: ${detail}`, remedy: 'see its own log' }]
    : [];
}

function checkHostGuard(config: AgentConfig): readonly HostProblem[] {
  const guard = openHostGuard({
    databasePort: config.database.port,
    peers: [],
    vips: config.vip.map(({ address, prefix, interface: name }) => ({
      address: `${address}/${prefix}`,
      interface: name,
    })),
    stateFile: path.join(config.dataDir, 'host-guard.json'),
    now: systemClock.now,
  });
  if (!guard.ok) return [problem(guard.error)];
  const seen = guard.value.observe();
  guard.value.close();
  return seen.ok ? [] : [problem(seen.error)];
}

function problem({ message, remedy }: { message: string; remedy?: string }): HostProblem {
  return { message, remedy: remedy ?? 'see the documentation' };
}
