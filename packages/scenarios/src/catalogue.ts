import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HA } from './ha/vocabulary.js';
import { RAFT } from './raft/vocabulary.js';
import type { Vocabulary } from './script/vocabulary.js';

/** The folder of a script says in which words it is written. */
export const VOCABULARIES: readonly Vocabulary[] = [RAFT as Vocabulary, HA as Vocabulary];

const SCRIPTS = join(__dirname, '..', 'scripts');

/** All scripts, in the order of their paths. */
export function scriptFiles(): readonly string[] {
  return VOCABULARIES.flatMap(({ name }) => {
    const folder = join(SCRIPTS, name);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.scenario'))
      .sort()
      .map((file) => join(folder, file));
  });
}

export function vocabularyOf(file: string): Vocabulary {
  const folder = basename(dirname(file));
  const found = VOCABULARIES.find(({ name }) => name === folder);
  if (found === undefined) throw new RangeError(`${file}: no vocabulary "${folder}"`);
  return found;
}
