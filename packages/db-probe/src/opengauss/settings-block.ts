import { nodeIdOf, type NodeId, type SynchronousRule } from '@mha4rdb/kernel';
import type { Admission } from '../postgres/access-rules.js';
import { parseSettings, renderSetting } from '../postgres/conf-text.js';
import { formatRule, NO_STANDBYS, parseRule } from '../postgres/rule-text.js';

/** A member's database, as the others reach it. */
export interface PeerAddress {
  readonly node: NodeId;
  readonly host: string;
  /** Clients' port; replication goes to the next one (`haPortOf`). */
  readonly port: number;
}

/** What the block in `postgresql.conf` keeps of ours. In force after a reload. */
export interface BlockState {
  readonly rule: SynchronousRule;
  /** Whom `disable_conn` was told to follow last; the server's own file decides, this is for people. */
  readonly upstream: NodeId | null;
  readonly admits: Admission;
  /** A new session that shows this number proves that the server has read this version. */
  readonly generation: number;
}

export interface BlockInput extends BlockState {
  readonly node: NodeId;
  readonly port: number;
  readonly socketDir: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly self: PeerAddress;
  /** Of the other members, in the order in which they are tried. */
  readonly peers: readonly PeerAddress[];
}

export const INITIAL_BLOCK: BlockState = {
  rule: NO_STANDBYS,
  upstream: null,
  admits: 'replication',
  generation: 0,
};

const BEGIN = '# mha4rdb begin: changes in here are lost; use database.parameters.';
const END = '# mha4rdb end';
/** openGauss has `replconninfo1` to `replconninfo8`. */
const MOST_PEERS = 8;

/** Replication, builds and the servers' own messages use the port after the clients' one. */
export function haPortOf(port: number): number {
  return port + 1;
}

/** The text of `postgresql.conf` with our block as its last word; everything else stays. */
export function withBlock(text: string, input: BlockInput): string {
  const outside = outsideOf(text).replace(/\n*$/, '\n');
  return `${outside}${BEGIN}\n${renderBlock(input)}\n${END}\n`.replace(/^\n/, '');
}

/** The state in the block; `undefined` when there is no whole one. */
export function readBlock(text: string): BlockState | undefined {
  const inside = text.split(`${BEGIN}\n`)[1]?.split(`\n${END}`);
  if (inside?.[0] === undefined || inside.length < 2) return undefined;
  const settings = parseSettings(inside[0]);
  const rule = parseRule(settings.get('synchronous_standby_names') ?? 'absent');
  const upstream = settings.get('mha4rdb.upstream');
  const generation = Number(settings.get('mha4rdb.generation') ?? Number.NaN);
  if (rule === undefined || upstream === undefined || !Number.isSafeInteger(generation)) {
    return undefined;
  }
  return {
    rule,
    upstream: upstream === '' ? null : nodeIdOf(upstream),
    admits: settings.get('mha4rdb.admits') === 'all' ? 'all' : 'replication',
    generation,
  };
}

function outsideOf(text: string): string {
  const [before = '', rest] = text.split(`${BEGIN}\n`);
  return before + (rest?.split(`${END}\n`)[1] ?? '');
}

function renderBlock(input: BlockInput): string {
  const { self, peers } = input;
  const settings: [string, string][] = [
    ...Object.entries(input.parameters),
    ['listen_addresses', input.parameters['listen_addresses'] ?? '*'],
    ['port', String(input.port)],
    ['unix_socket_directory', input.socketDir],
    ['application_name', input.node],
    ['hot_standby', 'on'],
    ['synchronous_commit', 'on'],
    // With `on` a primary that lost its standbys goes on alone without a word.
    ['most_available_sync', 'off'],
    ['synchronous_standby_names', formatRule(input.rule)],
    ...Array.from({ length: MOST_PEERS }, (_, i): [string, string] => {
      const peer = peers[i];
      return [`replconninfo${i + 1}`, peer === undefined ? '' : connection(self, peer)];
    }),
    ['mha4rdb.upstream', input.upstream ?? ''],
    ['mha4rdb.admits', input.admits],
    ['mha4rdb.generation', String(input.generation)],
  ];
  return settings.map(([name, value]) => renderSetting(name, value)).join('\n');
}

function connection(self: PeerAddress, peer: PeerAddress): string {
  const side = (name: string, { host, port }: PeerAddress): string =>
    `${name}host=${host} ${name}port=${haPortOf(port)} ${name}heartbeatport=${port + 4} ${name}service=${port + 3}`;
  return `${side('local', self)} ${side('remote', peer)}`;
}
