import { nodeIdOf, type NodeId, type SynchronousRule } from '@mha4rdb/kernel';
import type { Admission } from './access-rules.js';
import { parseSettings, renderSetting } from './conf-text.js';
import { mergeSettings } from './managed-settings.js';
import { formatRule, NO_STANDBYS, parseRule } from './rule-text.js';

/** The file in the data directory that holds everything of ours, included last. */
export const MANAGED_FILE = 'mha4rdb.conf';
/** The line that ends `postgresql.conf`. Not `include_if_exists`: without our file, no start. */
export const INCLUDE_LINE = `include '${MANAGED_FILE}'`;

/** The upstream of a standby, as it stands in the durable configuration. */
export interface DurableUpstream {
  readonly node: NodeId;
  readonly conninfo: string;
}

/** What the managed file keeps beyond settings; all of it takes effect by a reload. */
export interface DurableState {
  readonly rule: SynchronousRule;
  readonly upstream: DurableUpstream | null;
  readonly admits: Admission;
  /**
   * Counts the versions of the file. A NEW connection that shows this number proves that the
   * postmaster has read this version and has signalled every process of the server: it does both
   * before it accepts another connection.
   */
  readonly generation: number;
}

export interface ManagedFileInput extends DurableState {
  readonly port: number;
  readonly socketDir: string;
  /** The server's major version, as in `PG_VERSION`. */
  readonly version: number;
  readonly parameters: Readonly<Record<string, string>>;
  /** See `raisedSettings`; they win over the parameters. */
  readonly raised: Readonly<Record<string, string>>;
}

/** What a directory starts with that has no file of ours yet: sealed, nobody waits, closed. */
export const INITIAL_STATE: DurableState = {
  rule: NO_STANDBYS,
  upstream: null,
  admits: 'replication',
  generation: 0,
};

/** The whole text of the managed file. */
export function renderManagedFile(input: ManagedFileInput): string {
  const settings = new Map(mergeSettings(input.parameters, input.version).settings);
  for (const [name, value] of Object.entries(input.raised)) settings.set(name, value);
  const lines = [...settings].map(([name, value]) => renderSetting(name, value));
  return [
    '# Written by mha4rdb; changes here are lost. Use database.parameters.',
    ...lines.sort(byText),
    renderSetting('port', String(input.port)),
    renderSetting('unix_socket_directories', input.socketDir),
    renderSetting('synchronous_standby_names', formatRule(input.rule)),
    renderSetting('primary_conninfo', input.upstream?.conninfo ?? ''),
    renderSetting('primary_slot_name', ''),
    renderSetting('mha4rdb.upstream', input.upstream?.node ?? ''),
    renderSetting('mha4rdb.admits', input.admits),
    renderSetting('mha4rdb.generation', String(input.generation)),
    '',
  ].join('\n');
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Reads the durable state back. `undefined` when the text is not a whole file of ours. */
export function parseManagedFile(text: string): DurableState | undefined {
  const settings = parseSettings(text);
  const rule = parseRule(settings.get('synchronous_standby_names') ?? '');
  const node = settings.get('mha4rdb.upstream');
  const conninfo = settings.get('primary_conninfo');
  const generation = Number(settings.get('mha4rdb.generation'));
  if (rule === undefined || node === undefined || conninfo === undefined) return undefined;
  if (!Number.isSafeInteger(generation)) return undefined;
  return {
    rule,
    upstream: node === '' ? null : { node: nodeIdOf(node), conninfo },
    admits: settings.get('mha4rdb.admits') === 'all' ? 'all' : 'replication',
    generation,
  };
}
