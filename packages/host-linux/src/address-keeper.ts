import { addDuration, assertNever, elapsed, ok, type Instant } from '@mha4rdb/kernel';
import { planAddress, type SeenAddress, type VipAddress } from '@mha4rdb/vip';
import type { Announcer } from './announcer.js';
import type { HostAddresses, HostLink } from './host-addresses.js';
import { hostErr, type HostResult } from './host-failure.js';

/** What stands of one VIP on this host. */
export interface VipSight {
  readonly vip: VipAddress;
  readonly state: 'absent' | 'held' | 'foreign';
  /** Seconds until the kernel removes it; `null`: no lifetime, or not held. */
  readonly validSeconds: number | null;
}

/** Holds and releases VIPs. Knows nothing of ports. */
export interface AddressKeeper {
  /** Brings the VIP to "held until" or, with `null`, to "not held"; announces a fresh one. */
  readonly enforce: (vip: VipAddress, until: Instant | null) => HostResult<VipSight>;
  /** Whether it is on this host and ours; asks the kernel at most once a second. */
  readonly holds: (vip: VipAddress) => HostResult<boolean>;
  /** Asks the kernel. */
  readonly look: (vip: VipAddress) => HostResult<VipSight>;
}

/** Removals of misplaced copies, an addition, and its verification. */
const MAX_STEPS = 8;
/** What the kernel showed is believed this long; a renewal is then a single message. */
const LOOK_EVERY_MS = 1000;
/**
 * An announcement is not sent so close to the end of the grant: it says "here" for longer than
 * that.
 */
const ANNOUNCE_MARGIN_MS = 100;

interface Sight {
  readonly at: Instant;
  readonly seen: readonly SeenAddress[];
  /** Where we hold it; known once we renewed or acquired it. */
  readonly link: HostLink | null;
  /** When we gave it its lifetime. */
  readonly renewedAt: Instant | null;
}

interface Keeping {
  readonly addresses: HostAddresses;
  readonly announcer: Announcer;
  readonly now: () => Instant;
  /** By IP: what the kernel showed last. Forgotten after each failure and removal. */
  readonly sights: Map<string, Sight>;
  /** By IP: until when it may be announced. Renewed with every renewal. */
  readonly mayAnnounceUntil: Map<string, Instant>;
}

export function createAddressKeeper(
  addresses: HostAddresses,
  announcer: Announcer,
  now: () => Instant,
): AddressKeeper {
  const keeping: Keeping = {
    addresses,
    announcer,
    now,
    sights: new Map(),
    mayAnnounceUntil: new Map(),
  };
  return {
    enforce(vip, until) {
      if (until === null) {
        keeping.mayAnnounceUntil.delete(vip.ip);
        announcer.stop(vip.ip);
      } else {
        keeping.mayAnnounceUntil.set(vip.ip, until);
      }
      const done = converge(keeping, vip, until);
      if (!done.ok) keeping.sights.delete(vip.ip);
      return done;
    },
    holds(vip) {
      const sight = see(keeping, vip.ip);
      return sight.ok ? ok(sight.value.seen.some(({ ours }) => ours)) : sight;
    },
    look(vip) {
      const seen = addresses.find(vip.ip);
      return seen.ok ? ok(sightOf(vip, seen.value)) : seen;
    },
  };
}

function converge(keeping: Keeping, vip: VipAddress, until: Instant | null): HostResult<VipSight> {
  // What others do to an address of ours is noticed within a second; one that we do not have is
  // looked for at once before it is added, since it may have become somebody else's.
  const known = keeping.sights.get(vip.ip);
  if (until !== null && known?.seen.some(({ ours }) => ours) !== true) {
    keeping.sights.delete(vip.ip);
  }
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const sight = see(keeping, vip.ip);
    if (!sight.ok) return sight;
    const { seen } = sight.value;
    const step = planAddress(vip, until, seen, keeping.now(), sight.value.renewedAt);
    switch (step.kind) {
      case 'rest':
        return ok(sightOf(vip, seen));
      case 'remove': {
        keeping.announcer.stop(vip.ip);
        keeping.sights.delete(vip.ip);
        const removed = keeping.addresses.remove(step.address);
        if (!removed.ok) return removed;
        break;
      }
      case 'hold': {
        const held = step.fresh
          ? add(keeping, vip, step.validSeconds)
          : renew(keeping, vip, sight.value, step.validSeconds);
        if (!held.ok) return held;
        // The process may have stood still since the plan: what came too late goes at once.
        if (until === null || keeping.now() >= until) break;
        const told = step.fresh ? announce(keeping, vip) : ok(undefined);
        if (!told.ok) return told;
        return ok({ vip, state: 'held', validSeconds: step.validSeconds });
      }
      case 'refuse':
        return foreign(vip, step.holder);
      default:
        return assertNever(step, 'address step');
    }
  }
  return hostErr(
    'address-unverified',
    `${vip.ip} on ${vip.interfaceName} is still there after ${MAX_STEPS} removals`,
    'another program adds it again: look at NetworkManager, systemd-networkd, keepalived',
  );
}

function see({ addresses, sights, now }: Keeping, ip: string): HostResult<Sight> {
  const known = sights.get(ip);
  const at = now();
  if (known !== undefined && elapsed(known.at, at) < LOOK_EVERY_MS) return ok(known);
  const seen = addresses.find(ip);
  if (!seen.ok) return seen;
  const sight: Sight = { at, seen: seen.value, link: null, renewedAt: null };
  sights.set(ip, sight);
  return ok(sight);
}

function renew(
  { addresses, now, sights }: Keeping,
  vip: VipAddress,
  sight: Sight,
  validSeconds: number | null,
): HostResult<void> {
  const link = sight.link === null ? addresses.link(vip.interfaceName) : ok(sight.link);
  if (!link.ok) return link;
  const renewedAt = now();
  const renewed = addresses.renew(vip, link.value, validSeconds);
  if (!renewed.ok) return renewed;
  const seen = sight.seen.map((address) => ({ ...address, validSeconds }));
  sights.set(vip.ip, { ...sight, seen, link: link.value, renewedAt });
  return renewed;
}

/** Adds the address, and reads it back (VIP checklist 8). */
function add(
  { addresses, now, sights }: Keeping,
  vip: VipAddress,
  validSeconds: number | null,
): HostResult<void> {
  const link = addresses.link(vip.interfaceName);
  if (!link.ok) return link;
  if (!link.value.up) {
    return hostErr(
      'interface-down',
      `${vip.ip} is not acquired: ${vip.interfaceName} is down`,
      `ip link set ${vip.interfaceName} up`,
    );
  }
  const at = now();
  const held = addresses.add(vip, link.value, validSeconds);
  if (!held.ok) return held;
  const verified = addresses.find(vip.ip);
  if (!verified.ok) return verified;
  if (!verified.value.some((address) => address.ours)) {
    return hostErr('address-unverified', `${vip.ip} was added and is not there`);
  }
  sights.set(vip.ip, { at, seen: verified.value, link: link.value, renewedAt: at });
  return ok(undefined);
}

/** Tells the neighbours, now and for some seconds. */
function announce(
  { announcer, now, sights, mayAnnounceUntil }: Keeping,
  vip: VipAddress,
): HostResult<void> {
  const link = sights.get(vip.ip)?.link ?? null;
  if (link === null) return ok(undefined);
  return announcer.start(vip, link, () => {
    const until = mayAnnounceUntil.get(vip.ip);
    return until !== undefined && addDuration(now(), ANNOUNCE_MARGIN_MS) < until;
  });
}

function sightOf(vip: VipAddress, seen: readonly SeenAddress[]): VipSight {
  const ours = seen.find((address) => address.ours);
  if (ours !== undefined) return { vip, state: 'held', validSeconds: ours.validSeconds };
  return { vip, state: seen.length > 0 ? 'foreign' : 'absent', validSeconds: null };
}

function foreign(vip: VipAddress, holder: SeenAddress): HostResult<never> {
  return hostErr(
    'address-foreign',
    `${vip.ip} is configured on ${holder.interfaceName} of this host, and not by mha4rdb`,
    `remove it from the host's own network configuration, and from the kernel: ip addr del ${vip.ip}/${holder.prefixLength} dev ${holder.interfaceName}`,
  );
}
