import { join } from 'node:path';
import { toolsRoot } from '../lab/repository.js';
import type { Installation } from './server/server.js';
import { install, type ProgramNames } from './programs/install.js';

/** The dialects that a laboratory can emulate, with the names of their programs. */
export const EMULATED = {
  vastbase: { control: 'vb_ctl', setSetting: 'vb_guc', initialize: 'vb_initdb' },
  opengauss: { control: 'gs_ctl', setSetting: 'gs_guc', initialize: 'gs_initdb' },
} as const satisfies Readonly<Record<string, ProgramNames>>;

export type EmulatedEngine = keyof typeof EMULATED;

/**
 * Lays out the programs of an emulated server in `binDir`. The consumer's password is stored in the
 * combined form, which the family answers drivers for PostgreSQL with MD5 for.
 */
export function layOutPrograms(
  binDir: string,
  engine: EmulatedEngine,
  postgresBinDir: string,
  consumer: { readonly user: string; readonly password: string },
): void {
  const installation: Installation = {
    postgresBinDir,
    osUser: 'postgres',
    users: [
      { name: consumer.user, password: consumer.password, storage: 'combined', iterations: 10_000 },
    ],
    failedLoginAttempts: 10,
    passwordLockMs: 86_400_000,
  };
  // Compiled ones: a test runs this file from its source.
  const programs = join(toolsRoot(), 'dist', 'opengauss-front', 'programs');
  install(binDir, EMULATED[engine], installation, programs);
}
