/** What one server says of the election inside of the database (DCF). */
export interface DcfView {
  readonly localNode: number;
  readonly role: DcfRole;
  readonly term: number;
  /** `undefined` while the server knows of no leader. */
  readonly leader?: { readonly node: number; readonly host: string; readonly port: number };
  readonly isInMajority: boolean;
  readonly commitIndex: number;
  readonly nodes: readonly { readonly node: number; readonly role: DcfRole }[];
}

export const DCF_ROLES = [
  'LEADER',
  'FOLLOWER',
  'LOGGER',
  'PASSIVE',
  'PRE_CANDIDATE',
  'CANDIDATE',
] as const;
export type DcfRole = (typeof DCF_ROLES)[number] | 'unknown';

type Json = Readonly<Record<string, unknown>>;

/** Reads `dcf_replication_info`; `undefined` when it is no such JSON or lacks node, role or term. */
export function readDcf(text: string): DcfView | undefined {
  const json = parse(text);
  const localNode = whole(json?.['local_node_id']);
  const term = whole(json?.['term']);
  if (json === undefined || localNode === undefined || term === undefined) return undefined;
  const leader = whole(json['leader_id']);
  const port = whole(json['leader_port']);
  const host = json['leader_ip'];
  return {
    localNode,
    role: roleOf(json['role']),
    term,
    ...(leader === undefined || port === undefined || typeof host !== 'string'
      ? {}
      : { leader: { node: leader, host, port } }),
    isInMajority: json['is_in_major'] === true || json['is_in_major'] === 1,
    commitIndex: whole(json['commit_index']) ?? 0,
    nodes: (Array.isArray(json['nodes']) ? (json['nodes'] as readonly Json[]) : []).flatMap(
      (entry) => {
        const node = whole(entry['node_id']);
        return node === undefined ? [] : [{ node, role: roleOf(entry['role']) }];
      },
    ),
  };
}

/** Whether this server claims to lead: both words have to say so. */
export function claimsToLead(view: DcfView): boolean {
  return view.role === 'LEADER' && view.leader?.node === view.localNode;
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function roleOf(value: unknown): DcfRole {
  return DCF_ROLES.find((role) => role === value) ?? 'unknown';
}
