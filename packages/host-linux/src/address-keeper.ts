import { addDuration, assertNever, elapsed, ok, type Instant } from '@mha4rdb/kernel';
import { planAddress, type SeenAddress, type VipAddress } from '@mha4rdb/vip';
import type { Announcer } from './announcer.js';
import type { HostAddresses } from './host-addresses.js';
import { hostErr, type HostResult } from './host-failure.js';
import type { HostLink } from './link-message.js';

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
  /** Until when it is wished here, by the last `enforce`; `null` when it is not. */
  readonly wishedUntil: (vip: VipAddress) => Instant | null;
  /** What is remembered of it is not true any more. */
  readonly forget: (vip: VipAddress) => void;
  /** Tells the neighbours anew where it is, if it is here. */
  readonly announceAgain: (vip: VipAddress) => HostResult<void>;
}

export interface KeeperParts {
  readonly addresses: HostAddresses;
  readonly announcer: Announcer;
  readonly now: () => Instant;
  /** How late this kernel may remove an address. */
  readonly slackMs: () => number;
}

/** Removals of misplaced copies, an addition, and its verification. */
const MAX_STEPS = 8;
/**
 * What the kernel showed is believed this long, so that a renewal is a single message. Changes are
 * told by the kernel itself; this is for what could be missed.
 */
const LOOK_EVERY_MS = 5000;
/**
 * An announcement is not sent so close to the end of the grant: it says "here" for longer than
 * that.
 */
const ANNOUNCE_MARGIN_MS = 100;

interface Sight {
  readonly at: Instant;
  readonly seen: readonly SeenAddress[];
  /** Where and how we hold it; known once we renewed or acquired it. */
  readonly place: { readonly link: HostLink; readonly prefixRoute: boolean } | null;
  /** When we gave it its lifetime. */
  readonly renewedAt: Instant | null;
}

interface Keeping extends KeeperParts {
  /** By IP: what the kernel showed last. Forgotten after each failure and removal. */
  readonly sights: Map<string, Sight>;
  /** By IP: until when it is wished, and so may be announced. Renewed with every renewal. */
  readonly wished: Map<string, Instant>;
}

export function createAddressKeeper(parts: KeeperParts): AddressKeeper {
  const keeping: Keeping = { ...parts, sights: new Map(), wished: new Map() };
  const { addresses, announcer, now } = parts;
  return {
    enforce(vip, until) {
      if (until === null) {
        keeping.wished.delete(vip.ip);
        announcer.stop(vip.ip);
      } else {
        keeping.wished.set(vip.ip, until);
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
    wishedUntil(vip) {
      const until = keeping.wished.get(vip.ip);
      return until !== undefined && now() < until ? until : null;
    },
    forget(vip) {
      keeping.sights.delete(vip.ip);
    },
    announceAgain(vip) {
      const link = addresses.link(vip.interfaceName);
      return link.ok ? announce(keeping, vip, link.value) : link;
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
    const step = planAddress(vip, until, seen, keeping.now(), {
      renewedAt: sight.value.renewedAt,
      slackMs: keeping.slackMs(),
    });
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
        const link = keeping.sights.get(vip.ip)?.place?.link;
        // Also one that a former life of this process left here.
        const mute = step.fresh || !keeping.announcer.announces(vip.ip);
        const told = mute && link ? announce(keeping, vip, link) : ok(undefined);
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
  const sight: Sight = { at, seen: seen.value, place: null, renewedAt: null };
  sights.set(ip, sight);
  return ok(sight);
}

function renew(
  keeping: Keeping,
  vip: VipAddress,
  sight: Sight,
  validSeconds: number | null,
): HostResult<void> {
  const { addresses, now, sights } = keeping;
  const place = sight.place === null ? findPlace(keeping, vip) : ok(sight.place);
  if (!place.ok) return place;
  const { link, prefixRoute } = place.value;
  const renewedAt = now();
  const renewed = addresses.renew({ vip, linkIndex: link.index, validSeconds, prefixRoute });
  if (!renewed.ok) return renewed;
  const seen = sight.seen.map((address) => ({ ...address, validSeconds }));
  sights.set(vip.ip, { ...sight, seen, place: place.value, renewedAt });
  return renewed;
}

/** Asks the link, adds the address, and reads it back (VIP checklist 4, 8). */
function add(keeping: Keeping, vip: VipAddress, validSeconds: number | null): HostResult<void> {
  const { addresses, announcer, now, sights } = keeping;
  const place = findPlace(keeping, vip);
  if (!place.ok) return place;
  const { link, prefixRoute } = place.value;
  if (!link.up) {
    return hostErr(
      'interface-down',
      `${vip.ip} is not acquired: ${vip.interfaceName} is down`,
      `ip link set ${vip.interfaceName} up`,
    );
  }
  // The answer is not waited for: the grant says whose it is, and who else answers is an alarm.
  announcer.probe(vip, link);
  const at = now();
  const held = addresses.add({ vip, linkIndex: link.index, validSeconds, prefixRoute });
  if (!held.ok) return held;
  const verified = addresses.find(vip.ip);
  if (!verified.ok) return verified;
  if (!verified.value.some((address) => address.ours)) {
    return hostErr('address-unverified', `${vip.ip} was added and is not there`);
  }
  sights.set(vip.ip, { at, seen: verified.value, place: place.value, renewedAt: at });
  return ok(undefined);
}

function findPlace(
  { addresses }: Keeping,
  vip: VipAddress,
): HostResult<NonNullable<Sight['place']>> {
  const link = addresses.link(vip.interfaceName);
  if (!link.ok) return link;
  const served = addresses.hasSubnet(vip, link.value);
  return served.ok ? ok({ link: link.value, prefixRoute: !served.value }) : served;
}

/** Tells the neighbours, now and as long as it is held. */
function announce(
  { announcer, now, wished }: Keeping,
  vip: VipAddress,
  link: HostLink,
): HostResult<void> {
  return announcer.start(vip, link, () => {
    const until = wished.get(vip.ip);
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
