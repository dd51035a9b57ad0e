import { assertNever, invariant, ok, type Instant } from '@mha4rdb/kernel';
import {
  parseVip,
  type Audience,
  type PortBelief,
  type PortWish,
  type VipAddress,
} from '@mha4rdb/vip';
import { createAddressKeeper, type AddressKeeper, type VipSight } from './address-keeper.js';
import { openAnnouncer } from './announcer.js';
import { openHostAddresses } from './host-addresses.js';
import type { HostResult } from './host-failure.js';
import { enforcedState, observeHost, type HostState } from './host-state.js';
import { openPortKernel } from './port-kernel.js';
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
  /**
   * Brings the kernel to the wish, and answers what then stands, from what the calls themselves
   * showed. Closing and removing are tried to the end despite failures.
   */
  enforce(wish: FenceWish): HostResult<HostState>;
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
  const port = openPortKernel(config.databasePort);
  if (!port.ok) return port;
  const addresses = openHostAddresses();
  if (!addresses.ok) {
    port.value.close();
    return addresses;
  }
  const announcer = openAnnouncer(config.now);
  if (!announcer.ok) {
    port.value.close();
    addresses.value.close();
    return announcer;
  }
  const fence = createPortFence(config.databasePort, port.value.kernel, config.now);
  const keeper = createAddressKeeper(addresses.value, announcer.value, config.now);
  let peers = config.peers;
  let closed = false;

  return ok({
    sweep: ({ keep }) => sweepHost({ config, vips, keep, port: port.value, keeper }),
    enforce(wish) {
      invariant(!closed, 'host guard', 'enforce after close');
      const done = enforceWish(wish, { fence, keeper, vips, peers });
      return done.ok ? ok(enforcedState(done.value, fence.lapses(), config.now())) : done;
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
      port.value.close();
    },
  });
}

interface Parts {
  readonly fence: PortFence;
  readonly keeper: AddressKeeper;
  readonly vips: readonly VipAddress[];
  readonly peers: readonly string[];
}

interface Enforced {
  readonly belief: PortBelief;
  readonly vips: readonly VipSight[];
}

/**
 * Acquiring: port first, then the address, so that a client that finds the VIP finds the database.
 * Releasing: port first again, then the address; the table is lifted only when no VIP is left.
 */
function enforceWish(wish: FenceWish, parts: Parts): HostResult<Enforced> {
  const { fence, keeper, vips, peers } = parts;
  const leased = (audience: Audience, until: Instant): PortWish => ({
    kind: 'leased',
    audience,
    peers,
    until,
  });
  switch (wish.kind) {
    case 'open': {
      const port = fence.enforce(leased('everyone', wish.until));
      if (!wish.vip) return together(port, release(parts));
      // Without an open port the VIP would only attract clients.
      if (!port.ok) return port;
      return together(
        port,
        vips.map((vip) => keeper.enforce(vip, wish.until)),
      );
    }
    case 'peers':
      return together(fence.enforce(leased('peers', wish.until)), release(parts));
    case 'closed':
      return together(fence.enforce({ kind: 'closed' }), release(parts));
    case 'lifted':
      return lift(parts);
    default:
      return assertNever(wish, 'fence wish');
  }
}

/**
 * While one of our addresses is here, or may be, the port is closed first, so that clients get a
 * reset instead of silence; it is freed only when the address is gone. A standby that holds none is
 * never closed: its readers stay.
 */
function lift(parts: Parts): HostResult<Enforced> {
  const clear = parts.vips.every((vip) => {
    const holds = parts.keeper.holds(vip);
    return holds.ok && !holds.value;
  });
  const closed = clear ? null : parts.fence.enforce({ kind: 'closed' });
  const released = release(parts);
  if (closed !== null && (!closed.ok || released.some((sight) => !sight.ok))) {
    return together(closed, released);
  }
  return together(parts.fence.enforce({ kind: 'lifted' }), released);
}

function release({ keeper, vips }: Parts): readonly HostResult<VipSight>[] {
  return vips.map((vip) => keeper.enforce(vip, null));
}

/** All of it, or the first failure. */
function together(
  port: HostResult<PortBelief>,
  vips: readonly HostResult<VipSight>[],
): HostResult<Enforced> {
  if (!port.ok) return port;
  const sights: VipSight[] = [];
  for (const vip of vips) {
    if (!vip.ok) return vip;
    sights.push(vip.value);
  }
  return ok({ belief: port.value, vips: sights });
}
