import { join } from 'node:path';
import { dialectOf, type Dialect } from '@mha4rdb/db-probe';
import type { DatabaseAddress } from '../engine.js';
import type { Deadline } from '../postgres/deadline.js';
import { layoutOf, type Layout } from '../postgres/layout.js';
import { ServerProcess } from '../postgres/server.js';
import type { Session } from '../postgres/session.js';
import type { OpenGaussConfig } from './config.js';
import { LoginGate } from './login/login-gate.js';
import { openGaussSession, type OpenGaussAccess } from './login/open-session.js';
import { SettingsBlock } from './settings.js';

/** What every call of the engine works with. */
export interface GaussContext {
  readonly config: OpenGaussConfig;
  readonly dialect: Dialect;
  readonly layout: Layout;
  /** Says that a promotion is under way or not marked yet, and from where. */
  readonly promotionFile: string;
  readonly server: ServerProcess;
  readonly settings: SettingsBlock;
  readonly local: OpenGaussAccess;
}

/**
 * A server that is pending admits the family's own tools only, by these words. The agent is one in
 * this single respect: it arms the lock before the server may follow anybody.
 */
const AS_TOOL = {
  application_name: 'gs_ctl',
  options: '-c xc_maintenance_mode=on -c remotetype=internaltool',
};

export function gaussContextOf(config: OpenGaussConfig): GaussContext {
  const layout = layoutOf(config.dataDir);
  const dialect = dialectOf(config.dialect);
  const user = config.superuser.name;
  return {
    config,
    dialect,
    layout,
    promotionFile: join(layout.sideDir, 'promotion.json'),
    server: new ServerProcess(config, layout),
    settings: new SettingsBlock(config, layout),
    local: {
      dialect,
      host: config.socketDir,
      port: config.port,
      user,
      database: 'postgres',
      gate: new LoginGate(user),
    },
  };
}

/** A session over the local socket, for one purpose. */
export async function withGauss<Value>(
  { local }: GaussContext,
  deadline: Deadline,
  work: (session: Session) => Promise<Value>,
  as: 'agent' | 'tool' = 'agent',
): Promise<Value> {
  const access = as === 'tool' ? { ...local, startUp: AS_TOOL } : local;
  const session = await openGaussSession(access, deadline);
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

/** The addresses of the other members; a server without any has nobody to follow or to be told of. */
export function peersOf({ config }: Pick<GaussContext, 'config'>): readonly DatabaseAddress[] {
  return config.members().filter(({ node }) => node !== config.node);
}
