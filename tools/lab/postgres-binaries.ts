import { existsSync, readdirSync } from 'node:fs';
import { LabError } from './lab-error.js';

const DEBIAN_ROOT = '/usr/lib/postgresql';

/** Directory with the newest installed PostgreSQL server's programs. */
export function findPostgresBinaries(): string {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT) : [];
  const found = versions
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => `${DEBIAN_ROOT}/${version}/bin`)
    .find((directory) => existsSync(`${directory}/initdb`));
  if (found === undefined) {
    throw new LabError(`no PostgreSQL server below ${DEBIAN_ROOT}: apt-get install postgresql`);
  }
  return found;
}
