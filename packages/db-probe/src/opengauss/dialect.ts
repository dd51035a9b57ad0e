/** The servers of the openGauss family that one engine knows. */
export const DIALECT_NAMES = ['vastbase', 'opengauss', 'mogdb', 'panweidb'] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

/**
 * All in which the servers of the family differ for us; everything else is the same engine. What is
 * marked *by construction* has no public source and follows from the family's common source code:
 * docs/engines/vastbase.md lists what a site has to confirm.
 */
export interface Dialect {
  readonly name: DialectName;
  /** For people. */
  readonly product: string;
  /** The program that starts, stops, promotes and builds: `gs_ctl`, `vb_ctl`. */
  readonly control: string;
  /** Process names of the server, as `/proc/PID/comm` has them. */
  readonly servers: readonly string[];
  readonly initialize: string;
  /** Writes one setting into `postgresql.conf`, on this host only. */
  readonly setSetting: string;
  readonly shell: string;
  /** Answers product and version in one text; `opengauss_version()` exists in all of them. */
  readonly versionFunction: string;
  readonly port: number;
  readonly osUser: string;
  /** The database that every session of ours goes to. */
  readonly database: string;
  readonly login: LoginFlavour;
}

/** How a client says hello to these servers, and how they ask for the password. */
export interface LoginFlavour {
  /**
   * Minor number of protocol 3 that is announced. At 51 the server says how many iterations the
   * password was hashed with; at 0 it signs, and the count is found offline by that signature.
   */
  readonly protocolMinor: 0 | 51;
  /** `auth_iteration_count` of the releases that exist, tried against the signature in this order. */
  readonly knownIterations: readonly number[];
  /** `failed_login_attempts` unless it was changed: so many wrong passwords lock the account. */
  readonly lockedAfter: number;
}

const LOGIN: LoginFlavour = { protocolMinor: 51, knownIterations: [10_000, 2048], lockedAfter: 10 };

const OPENGAUSS: Dialect = {
  name: 'opengauss',
  product: 'openGauss',
  control: 'gs_ctl',
  servers: ['gaussdb'],
  initialize: 'gs_initdb',
  setSetting: 'gs_guc',
  shell: 'gsql',
  versionFunction: 'opengauss_version',
  port: 5432,
  osUser: 'omm',
  database: 'postgres',
  login: LOGIN,
};

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  opengauss: OPENGAUSS,
  vastbase: {
    ...OPENGAUSS,
    name: 'vastbase',
    product: 'Vastbase G100',
    control: 'vb_ctl',
    servers: ['vastbase', 'gaussdb'],
    initialize: 'vb_initdb',
    setSetting: 'vb_guc',
    shell: 'vsql',
    versionFunction: 'vb_version',
    osUser: 'vastbase',
    database: 'vastbase',
  },
  mogdb: { ...OPENGAUSS, name: 'mogdb', product: 'MogDB', port: 26_000 },
  panweidb: {
    ...OPENGAUSS,
    name: 'panweidb',
    product: 'PanWeiDB',
    setSetting: 'pw_guc',
    versionFunction: 'pw_version',
    port: 17_700,
  },
};

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}

/** Whether a configured engine is one of this family. */
export function isDialectName(engine: string): engine is DialectName {
  return DIALECT_NAMES.some((name) => name === engine);
}
