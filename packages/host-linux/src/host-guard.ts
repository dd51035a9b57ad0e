import { assertNever, invariant, ok, type Instant } from '@mha4rdb/kernel';
import {
  ADDRESS_SLACK_MS,
  parseVip,
  type Audience,
  type PortBelief,
  type PortWish,
  type VipAddress,
} from '@mha4rdb/vip';
import { createAddressKeeper, type AddressKeeper, type VipSight } from './address-keeper.js';
import { measureAddressSlack, type AddressSlack } from './address-slack.js';
import { openAddressWatch, type AddressWatch } from './address-watch.js';
import { openAnnouncer, type Announcer } from './announcer.js';
import { openHostAddresses, type HostAddresses } from './host-addresses.js';
import type { HostResult } from './host-failure.js';
import type { HostNews } from './host-news.js';
import {
  believedPort,
  hostState,
  observeHost,
  type HostState,
  type PortState,
} from './host-state.js';
import { openPortKernel, type OpenPortKernel } from './port-kernel.js';
import { createPortFence, type PortFence } from './port-fence.js';
import { openPortSessions, type PortSessions } from './port-sessions.js';
import { createRelease, type Release } from './release.js';
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
  /** What others do to the VIPs and their interfaces, when it happens. */
  readonly onNews?: (news: HostNews) => void;
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
  /**
   * From now on the VIPs are watched: put back when others remove them, announced anew when the link
   * changes, defended once against a foreign claim; and this kernel's slack is measured.
   */
  watch(): HostResult<void>;
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
  const sockets = openSockets(config);
  if (!sockets.ok) return sockets;
  return ok(createGuard(config, vips, sockets.value));
}

interface Sockets {
  readonly port: OpenPortKernel;
  readonly sessions: PortSessions;
  readonly addresses: HostAddresses;
  readonly announcer: Announcer;
}

/** All of them, or none. */
function openSockets(config: HostGuardConfig): HostResult<Sockets> {
  const opened: { close(): void }[] = [];
  const open = <Socket extends { close(): void }>(
    socket: HostResult<Socket>,
  ): HostResult<Socket> => {
    if (socket.ok) opened.push(socket.value);
    else for (const other of opened) other.close();
    return socket;
  };
  const port = open(openPortKernel(config.databasePort));
  if (!port.ok) return port;
  const sessions = open(openPortSessions(config.databasePort));
  if (!sessions.ok) return sessions;
  const addresses = open(openHostAddresses());
  if (!addresses.ok) return addresses;
  const announcer = open(openAnnouncer(config.now));
  if (!announcer.ok) return announcer;
  return ok({
    port: port.value,
    sessions: sessions.value,
    addresses: addresses.value,
    announcer: announcer.value,
  });
}

function createGuard(
  config: HostGuardConfig,
  vips: readonly VipAddress[],
  { port, sessions, addresses, announcer }: Sockets,
): HostGuard {
  const { now } = config;
  const tell = (news: HostNews): void => config.onNews?.(news);
  let slack: AddressSlack | undefined;
  let watch: AddressWatch | undefined;
  const slackMs = (): number => slack?.slackMs() ?? ADDRESS_SLACK_MS;
  const fence = createPortFence(config.databasePort, port.kernel, now);
  const keeper = createAddressKeeper({ addresses, announcer, now, slackMs });
  const release = createRelease({ keeper, sessions, netfilter: port.netfilter });
  let peers = config.peers;
  let closed = false;
  const stateOf = (port: PortState, sights: readonly VipSight[]): HostState =>
    hostState(port, sights, {
      lapses: fence.lapses(),
      restored: watch?.restored() ?? 0,
      vipTrouble: watch?.trouble() ?? null,
    });

  return {
    sweep: ({ keep }) => sweepHost({ config, vips, keep, port, keeper, release }),
    enforce(wish) {
      invariant(!closed, 'host guard', 'enforce after close');
      const done = enforceWish(wish, { fence, keeper, release, vips, peers });
      return done.ok ? ok(stateOf(believedPort(done.value.belief, now()), done.value.vips)) : done;
    },
    observe() {
      const seen = observeHost(fence, keeper, vips);
      return seen.ok ? ok(stateOf(seen.value.port, seen.value.vips)) : seen;
    },
    setPeers(next) {
      peers = next;
    },
    watch() {
      if (vips.length === 0 || watch !== undefined) return ok(undefined);
      const opened = openAddressWatch({ vips, keeper, addresses, announcer, now, tell });
      if (!opened.ok) return opened;
      watch = opened.value;
      slack = measureAddressSlack(addresses, now, (slackMs) =>
        tell({ kind: 'address-slack', slackMs }),
      );
      return ok(undefined);
    },
    close() {
      if (closed) return;
      closed = true;
      watch?.close();
      slack?.close();
      announcer.close();
      addresses.close();
      sessions.close();
      port.close();
    },
  };
}

interface Parts {
  readonly fence: PortFence;
  readonly keeper: AddressKeeper;
  readonly release: Release;
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
  const { fence, keeper, release, vips, peers } = parts;
  const leased = (audience: Audience, until: Instant): PortWish => ({
    kind: 'leased',
    audience,
    peers,
    until,
  });
  switch (wish.kind) {
    case 'open': {
      const port = fence.enforce(leased('everyone', wish.until));
      if (port.ok) release.noteAdmitted('everyone');
      if (!wish.vip) return together(port, release.take(vips, peers));
      // Without an open port the VIP would only attract clients.
      if (!port.ok) return port;
      return together(
        port,
        vips.map((vip) => keeper.enforce(vip, wish.until)),
      );
    }
    case 'peers': {
      const port = fence.enforce(leased('peers', wish.until));
      if (port.ok) release.noteAdmitted('peers');
      return together(port, release.take(vips, peers));
    }
    case 'closed':
      return together(fence.enforce({ kind: 'closed' }), release.take(vips, []));
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
function lift({ vips, keeper, fence, release }: Parts): HostResult<Enforced> {
  const clear = vips.every((vip) => {
    const holds = keeper.holds(vip);
    return holds.ok && !holds.value;
  });
  const closed = clear ? null : fence.enforce({ kind: 'closed' });
  const released = release.take(vips, []);
  if (closed !== null && (!closed.ok || released.some((sight) => !sight.ok))) {
    return together(closed, released);
  }
  return together(fence.enforce({ kind: 'lifted' }), released);
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
