import type { DialectName } from '@mha4rdb/db-probe';
import type { PostgresConfig } from '../postgres/config.js';

/**
 * What the engine for the openGauss family works with. `superuser` is the initial user of the
 * database, which bears the name of `osUser`: the agent works as it over the local socket, without a
 * password, and builds go from member to member as it.
 */
export interface OpenGaussConfig extends Omit<PostgresConfig, 'replication' | 'superuser'> {
  readonly dialect: DialectName;
  readonly superuser: { readonly name: string };
}
