import { addDuration, assertNever, ok, type Instant } from '@mha4rdb/kernel';
import { planAddress, type SeenAddress, type VipAddress } from '@mha4rdb/vip';
import type { Announcer } from './announcer.js';
import type { HostAddresses } from './host-addresses.js';
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
  enforce(vip: VipAddress, until: Instant | null): HostResult<VipSight>;
  look(vip: VipAddress): HostResult<VipSight>;
}

/** Removals of misplaced copies, an addition, and its verification. */
const MAX_STEPS = 8;
/**
 * An announcement is not sent so close to the end of the grant: it says "here" for longer than
 * that.
 */
const ANNOUNCE_MARGIN_MS = 100;

export function createAddressKeeper(
  addresses: HostAddresses,
  announcer: Announcer,
  now: () => Instant,
): AddressKeeper {
  /** By IP: until when it may be announced. Renewed with every renewal. */
  const mayAnnounceUntil = new Map<string, Instant>();

  const hold = (
    vip: VipAddress,
    step: { readonly validSeconds: number | null; readonly fresh: boolean },
  ): HostResult<void> => {
    const link = addresses.link(vip.interfaceName);
    if (!link.ok) return link;
    if (!step.fresh) return addresses.hold(vip, link.value, step.validSeconds);
    if (!link.value.up) {
      return hostErr(
        'interface-down',
        `${vip.ip} is not acquired: ${vip.interfaceName} is down`,
        `ip link set ${vip.interfaceName} up`,
      );
    }
    const held = addresses.hold(vip, link.value, step.validSeconds);
    if (!held.ok) return held;
    const verified = addresses.find(vip.ip);
    if (!verified.ok) return verified;
    if (!verified.value.some((address) => address.ours)) {
      return hostErr('address-unverified', `${vip.ip} was added and is not there`);
    }
    return announcer.start(vip, link.value, () => {
      const until = mayAnnounceUntil.get(vip.ip);
      return until !== undefined && addDuration(now(), ANNOUNCE_MARGIN_MS) < until;
    });
  };

  return {
    enforce(vip, until) {
      if (until === null) {
        mayAnnounceUntil.delete(vip.ip);
        announcer.stop(vip.ip);
      } else {
        mayAnnounceUntil.set(vip.ip, until);
      }
      for (let steps = 0; steps < MAX_STEPS; steps += 1) {
        const seen = addresses.find(vip.ip);
        if (!seen.ok) return seen;
        const step = planAddress(vip, until, seen.value, now());
        switch (step.kind) {
          case 'rest':
            return ok(sightOf(vip, seen.value));
          case 'remove': {
            announcer.stop(vip.ip);
            const removed = addresses.remove(step.address);
            if (!removed.ok) return removed;
            break;
          }
          case 'hold': {
            const held = hold(vip, step);
            if (!held.ok) return held;
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
    },
    look(vip) {
      const seen = addresses.find(vip.ip);
      return seen.ok ? ok(sightOf(vip, seen.value)) : seen;
    },
  };
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
