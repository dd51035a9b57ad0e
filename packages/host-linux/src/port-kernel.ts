import { constants } from 'node:os';
import { ok, type Duration } from '@mha4rdb/kernel';
import {
  buildTable,
  isIpv6,
  listTable,
  parsePortTable,
  removeTable,
  tableName,
  type Audience,
  type PortTableSight,
} from '@mha4rdb/vip';
import { hostErr, NEEDS_NET_ADMIN, type HostResult } from './host-failure.js';
import { addressBytes, errnoName } from './libc.js';
import { NETLINK_NETFILTER, openNetlinkSocket, type NetlinkSocket } from './netlink-socket.js';
import { encodeTransaction, type NfOperation, type NfTransaction } from './nf-transaction.js';
import { openNftables, type Nftables } from './nftables.js';

/**
 * The table of one port in the kernel. Each call is one transaction. `nft-absent` is the answer when
 * the table, or the token to be taken, is not there.
 */
export interface PortKernel {
  /** Reads the table; `null` when there is none. */
  readonly look: () => HostResult<PortTableSight | null>;
  /** Makes the table anew, closed. */
  readonly build: () => HostResult<unknown>;
  readonly remove: () => HostResult<unknown>;
  /** Takes every permission back. */
  readonly close: () => HostResult<unknown>;
  /** Puts a token. */
  readonly arm: (token: Duration) => HostResult<unknown>;
  /** Takes the token, puts the next one, and replaces all permissions. */
  readonly lease: (
    admit: { readonly audience: Audience; readonly peers: readonly string[] },
    timeouts: { readonly lease: Duration; readonly token: Duration },
  ) => HostResult<unknown>;
}

const LEASE_SETS = ['open', 'peers', 'peers6'] as const;
const TOKEN = 'token';
const LEASE = 'lease';

/** Text where it is rare and should be readable; bytes where it happens at each heartbeat. */
export function createPortKernel(
  port: number,
  nft: Pick<Nftables, 'run'>,
  socket: NetlinkSocket,
): PortKernel {
  const name = tableName(port);
  const portKey = Buffer.from([port >> 8, port & 0xff]);
  const flush = (sets: readonly string[]): NfOperation[] =>
    sets.map((set) => ({ kind: 'flush', set }));
  const token: NfOperation = { kind: 'put', set: 'armed', keys: [portKey], mark: TOKEN };
  const closing = encodeTransaction(name, flush(['armed', ...LEASE_SETS]));
  const arming = encodeTransaction(name, [...flush(['armed']), token]);
  let leasing: { readonly for: string; readonly transaction: NfTransaction } | undefined;

  const leaseTransaction = (
    audience: Audience,
    peers: readonly string[],
  ): HostResult<NfTransaction> => {
    const wanted = [audience, ...peers].join(' ');
    if (leasing?.for === wanted) return ok(leasing.transaction);
    const keys: { readonly ipv4: Buffer[]; readonly ipv6: Buffer[] } = { ipv4: [], ipv6: [] };
    for (const peer of peers) {
      const address = addressBytes(peer);
      if (!address.ok) return address;
      // Each part of a joined key fills whole words.
      const key = Buffer.concat([address.value, portKey, Buffer.alloc(2)]);
      (isIpv6(peer) ? keys.ipv6 : keys.ipv4).push(key);
    }
    const put = (set: string, elements: readonly Buffer[]): NfOperation[] =>
      elements.length === 0 ? [] : [{ kind: 'put', set, keys: elements, mark: LEASE }];
    const transaction = encodeTransaction(name, [
      { kind: 'take', set: 'armed', key: portKey },
      token,
      ...flush(LEASE_SETS),
      ...put('peers', keys.ipv4),
      ...put('peers6', keys.ipv6),
      ...put('open', audience === 'everyone' ? [portKey] : []),
    ]);
    leasing = { for: wanted, transaction };
    return ok(transaction);
  };

  const send = ({ bytes, messagesAt }: NfTransaction): HostResult<void> => {
    const verdict = socket.transact(bytes, messagesAt);
    if (!verdict.ok) return verdict;
    const { errno, text } = verdict.value;
    return errno === 0 ? ok(undefined) : refused(name, errno, text);
  };

  return {
    look() {
      const listing = nft.run(listTable(port));
      if (listing.ok) return ok(parsePortTable(port, listing.value));
      return listing.error.code === 'nft-absent' ? ok(null) : listing;
    },
    build: () => nft.run(buildTable(port)),
    remove: () => nft.run(removeTable(port)),
    close: () => send(closing),
    arm(timeout) {
      arming.setTimeout(TOKEN, timeout);
      return send(arming);
    },
    lease({ audience, peers }, timeouts) {
      const transaction = leaseTransaction(audience, peers);
      if (!transaction.ok) return transaction;
      transaction.value.setTimeout(TOKEN, timeouts.token);
      transaction.value.setTimeout(LEASE, timeouts.lease);
      return send(transaction.value);
    },
  };
}

function refused(name: string, errno: number, text: string): HostResult<never> {
  const words = `table ${name}: the kernel refuses: ${errnoName(errno)}${text === '' ? '' : ` (${text})`}`;
  if (errno === constants.errno.ENOENT) return hostErr('nft-absent', words);
  const denied = errno === constants.errno.EPERM;
  return hostErr(
    denied ? 'no-permission' : 'nft-failed',
    words,
    denied ? NEEDS_NET_ADMIN : undefined,
  );
}

export interface OpenPortKernel {
  readonly kernel: PortKernel;
  readonly nft: Nftables;
  /** For other questions to the packet filter. */
  readonly netfilter: NetlinkSocket;
  readonly close: () => void;
}

/** Both ways into the kernel, for one port. */
export function openPortKernel(port: number): HostResult<OpenPortKernel> {
  const nft = openNftables();
  if (!nft.ok) return nft;
  const socket = openNetlinkSocket(NETLINK_NETFILTER);
  if (!socket.ok) {
    nft.value.close();
    return socket;
  }
  return ok({
    kernel: createPortKernel(port, nft.value, socket.value),
    nft: nft.value,
    netfilter: socket.value,
    close() {
      nft.value.close();
      socket.value.close();
    },
  });
}
