import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptFiles } from '../catalogue.js';
import { OF_RAFT } from './of-raft.js';
import { groupsOfTheProtocol } from './of-the-protocol.js';
import type { Group } from './situation.js';
import { headOf, renderTable, type ScriptHead } from './table.js';

const DOCS = join(__dirname, '..', '..', '..', '..', 'docs');

export const TABLE = join(DOCS, 'reference', 'scenarios.md');

/** All situations that scripts must show. */
export function allSituations(): readonly Group[] {
  return [...groupsOfTheProtocol(readFileSync(join(DOCS, 'protocol.md'), 'utf8')), ...OF_RAFT];
}

export function scriptHeads(): readonly ScriptHead[] {
  return scriptFiles().map((file) => ({ file, head: headOf(readFileSync(file, 'utf8')) }));
}

export function currentTable(): string {
  return renderTable(allSituations(), scriptHeads());
}
