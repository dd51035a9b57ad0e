import type { Instant } from '@mha4rdb/kernel';
import { ADDRESS_SLACK_MS, addressSlack, type VipAddress } from '@mha4rdb/vip';
import type { HostAddresses } from './host-addresses.js';
import { openNetlinkMonitor } from './netlink-monitor.js';

/** How late this kernel removes an address whose lifetime has ended. */
export interface AddressSlack {
  /** What to plan with: the known bound until this kernel is measured, then the greater of both. */
  slackMs(): number;
  close(): void;
}

/**
 * Addresses of the loopback network, on the loopback interface, where nobody is disturbed; at three
 * moments, since the kernel's timer for lifetimes rounds.
 */
const PROBES = ['127.77.104.1', '127.77.104.2', '127.77.104.3'] as const;
const PROBE_EVERY_MS = 370;
const LIFETIME_S = 1;
/** Not removed by then: not removed at all. */
const PATIENCE_MS = 4000;
/** A busy agent hears late of a removal that was in time: a greater slack is believed if it stays. */
const ROUNDS = 3;

/** Measures in the background; `onMeasured` is called once, unless closed before. */
export function measureAddressSlack(
  addresses: HostAddresses,
  now: () => Instant,
  onMeasured: (slackMs: number) => void,
): AddressSlack {
  let slack = ADDRESS_SLACK_MS;
  let stop = (): void => undefined;
  const measure = (rounds: number, least: number): void => {
    stop = measureOnce(addresses, now, (overshoots) => {
      const found = Math.min(least, addressSlack(overshoots));
      if (found > ADDRESS_SLACK_MS && rounds > 1) return measure(rounds - 1, found);
      slack = found;
      onMeasured(slack);
    });
  };
  measure(ROUNDS, Infinity);
  return { slackMs: () => slack, close: () => stop() };
}

/** Answers once with how late each probe was removed (`null`: it was not), unless it is stopped. */
function measureOnce(
  addresses: HostAddresses,
  now: () => Instant,
  onEnd: (overshoots: readonly (number | null)[]) => void,
): () => void {
  const endsAt = new Map<string, number>();
  const late = new Map<string, number>();
  const timers: NodeJS.Timeout[] = [];
  const monitor = openNetlinkMonitor((news) => {
    const end = news.kind === 'address-removed' ? endsAt.get(news.address.ip) : undefined;
    if (news.kind !== 'address-removed' || end === undefined) return;
    late.set(news.address.ip, Math.max(0, now() - end));
    if (late.size === PROBES.length) finish();
  });
  if (!monitor.ok) return () => undefined;

  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    monitor.value();
  };
  const finish = (): void => {
    stop();
    for (const ip of endsAt.keys()) if (!late.has(ip)) removeProbe(addresses, ip);
    onEnd([...endsAt.keys()].map((ip) => late.get(ip) ?? null));
  };
  PROBES.forEach((ip, index) => {
    const add = (): void => {
      removeProbe(addresses, ip);
      const before = now();
      if (addProbe(addresses, ip)) endsAt.set(ip, before + LIFETIME_S * 1000);
    };
    timers.push(setTimeout(add, index * PROBE_EVERY_MS).unref());
  });
  timers.push(setTimeout(finish, PATIENCE_MS).unref());
  return stop;
}

function addProbe(addresses: HostAddresses, ip: string): boolean {
  const link = addresses.link('lo');
  if (!link.ok) return false;
  const placement = { linkIndex: link.value.index, validSeconds: LIFETIME_S, prefixRoute: false };
  return addresses.add({ vip: probeVip(ip), ...placement }).ok;
}

/** Of a former measurement that was cut short. */
function removeProbe(addresses: HostAddresses, ip: string): void {
  addresses.remove({ ...probeVip(ip), ours: true, validSeconds: null });
}

function probeVip(ip: string): VipAddress {
  return { ip, prefixLength: 32, interfaceName: 'lo' };
}
