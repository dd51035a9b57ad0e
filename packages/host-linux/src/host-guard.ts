import { assertNever, invariant, ok, type Instant } from '@mha4rdb/kernel';
import {
  fencingWord,
  parseVip,
  type Audience,
  type FencingWord,
  type PortTableSight,
  type PortWish,
  type VipAddress,
} from '@mha4rdb/vip';
import { createAddressKeeper, type AddressKeeper, type VipSight } from './address-keeper.js';
import { openAnnouncer } from './announcer.js';
import { openHostAddresses } from './host-addresses.js';
import type { HostFailure, HostResult } from './host-failure.js';
import { openNftables } from './nftables.js';
import { createPortFence, type PortFence } from './port-fence.js';
import { sweepHost, type SweepReport } from './sweep.js';

export interface HostGuardConfig {
  readonly databasePort: number;
  /** The other members' addresses; their standbys stream before the gate. */
  readonly peers: readonly string[];
  readonly vips: readonly { readonly address: string; readonly interface: string }[];
  /** Where the guard keeps what it may have put on this host. */
  readonly stateFile: string;
  /** The node's monotonic clock; the `until` of a wish is on the same. */
  readonly now: () => Instant;
}

/** What the host should allow. `until` is the end of the grant: the kernel closes before it. */
export type FenceWish =
  /** A proven standby: no table, no VIP. */
  | { readonly kind: 'lifted' }
  /** May be primary and has no permission: nobody passes, no VIP. */
  | { readonly kind: 'closed' }
  /** Appointed, before the gate: the other members pass, no VIP. */
  | { readonly kind: 'peers'; readonly until: Instant }
  /** The gate is passed: everyone passes, and the VIP is here. */
  | { readonly kind: 'open'; readonly until: Instant; readonly vip: boolean };

/** What stands in the kernel. */
export interface HostState {
  readonly fencing: FencingWord;
  readonly port: 'lifted' | 'closed' | 'peers' | 'open' | 'broken';
  /** Milliseconds that the kernel still lets clients, or before the gate peers, pass. */
  readonly portLeftMs: number;
  readonly vips: readonly VipSight[];
  /** How often the port lease ran out although it was wished. */
  readonly lapses: number;
}

/**
 * The fence of one database on one host. All calls are synchronous and take less than a
 * millisecond; call `enforce` when the wish changes AND at least once each heartbeat with the
 * current wish, since it also repairs what others changed.
 */
export interface HostGuard {
  /**
   * Once, before anything else: what a former life left is closed and removed. `keep` leaves the
   * current configuration's port lease and VIPs to run on (a restart beside a running primary).
   */
  sweep(options: { readonly keep: boolean }): HostResult<SweepReport>;
  /** Brings the kernel to the wish. Closing and removing are tried to the end despite failures. */
  enforce(wish: FenceWish): HostResult<void>;
  /** Reads from the kernel what stands (0.4 ms). */
  observe(): HostResult<HostState>;
  /** Members came or went: who passes as a peer from the next `enforce` on. */
  setPeers(peers: readonly string[]): void;
  /** Cancels announcements, closes sockets. Leases are left to run out by themselves. */
  close(): void;
}

export function openHostGuard(config: HostGuardConfig): HostResult<HostGuard> {
  const vips: VipAddress[] = [];
  for (const { address, interface: name } of config.vips) {
    const vip = parseVip(address, name);
    if (!vip.ok) return vip;
    vips.push(vip.value);
  }
  const nft = openNftables();
  if (!nft.ok) return nft;
  const addresses = openHostAddresses();
  if (!addresses.ok) {
    nft.value.close();
    return addresses;
  }
  const announcer = openAnnouncer(config.now);
  if (!announcer.ok) {
    nft.value.close();
    addresses.value.close();
    return announcer;
  }
  const fence = createPortFence(config.databasePort, nft.value, config.now);
  const keeper = createAddressKeeper(addresses.value, announcer.value, config.now);
  let peers = config.peers;
  let closed = false;

  return ok({
    sweep: ({ keep }) => sweepHost({ config, vips, keep, nft: nft.value, keeper }),
    enforce(wish) {
      invariant(!closed, 'host guard', 'enforce after close');
      return enforceWish(wish, { fence, keeper, vips, peers });
    },
    observe: () => observeHost(fence, keeper, vips),
    setPeers(next) {
      peers = next;
    },
    close() {
      if (closed) return;
      closed = true;
      announcer.value.close();
      addresses.value.close();
      nft.value.close();
    },
  });
}

interface Parts {
  readonly fence: PortFence;
  readonly keeper: AddressKeeper;
  readonly vips: readonly VipAddress[];
  readonly peers: readonly string[];
}

/**
 * Acquiring: port first, then the address, so that a client that finds the VIP finds the database.
 * Releasing: port first again, then the address; the table is lifted only when no VIP is left.
 */
function enforceWish(wish: FenceWish, parts: Parts): HostResult<void> {
  const leased = (audience: Audience, until: Instant): PortWish => ({
    kind: 'leased',
    audience,
    peers: parts.peers,
    until,
  });
  switch (wish.kind) {
    case 'open': {
      const port = parts.fence.enforce(leased('everyone', wish.until));
      if (!wish.vip) return firstFailure([port, ...release(parts)]);
      // Without an open port the VIP would only attract clients.
      if (!port.ok) return port;
      return firstFailure(parts.vips.map((vip) => parts.keeper.enforce(vip, wish.until)));
    }
    case 'peers':
      return firstFailure([parts.fence.enforce(leased('peers', wish.until)), ...release(parts)]);
    case 'closed':
      return firstFailure([parts.fence.enforce({ kind: 'closed' }), ...release(parts)]);
    case 'lifted':
      return lift(parts);
    default:
      return assertNever(wish, 'fence wish');
  }
}

function lift(parts: Parts): HostResult<void> {
  const held = parts.vips.map((vip) => parts.keeper.look(vip));
  const closing: HostResult<unknown>[] = [];
  if (held.some((sight) => !sight.ok || sight.value.state === 'held')) {
    closing.push(parts.fence.enforce({ kind: 'closed' }));
  }
  const released = firstFailure([...closing, ...release(parts)]);
  return released.ok ? firstFailure([parts.fence.enforce({ kind: 'lifted' })]) : released;
}

function release(parts: Parts): readonly HostResult<VipSight>[] {
  return parts.vips.map((vip) => parts.keeper.enforce(vip, null));
}

function firstFailure(results: readonly HostResult<unknown>[]): HostResult<void> {
  const failed = results.find(
    (result): result is { readonly ok: false; readonly error: HostFailure } => !result.ok,
  );
  return failed ?? ok(undefined);
}

function observeHost(
  fence: PortFence,
  keeper: AddressKeeper,
  vips: readonly VipAddress[],
): HostResult<HostState> {
  const table = fence.look();
  if (!table.ok) return table;
  const sights: VipSight[] = [];
  for (const vip of vips) {
    const sight = keeper.look(vip);
    if (!sight.ok) return sight;
    sights.push(sight.value);
  }
  const held = sights.filter(({ state }) => state === 'held');
  const leased = held.length > 0 && held.every(({ validSeconds }) => validSeconds !== null);
  return ok({
    fencing: fencingWord(table.value?.intact === true, leased),
    port: portWord(table.value),
    portLeftMs: table.value === null ? 0 : table.value.openLeft || table.value.peersLeft,
    vips: sights,
    lapses: fence.lapses(),
  });
}

function portWord(table: PortTableSight | null): HostState['port'] {
  if (table === null) return 'lifted';
  if (!table.intact) return 'broken';
  if (table.openLeft > 0) return 'open';
  return table.peersLeft > 0 ? 'peers' : 'closed';
}
