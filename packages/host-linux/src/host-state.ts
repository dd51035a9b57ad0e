import { ok, type Instant } from '@mha4rdb/kernel';
import {
  fencingWord,
  type FencingWord,
  type PortBelief,
  type PortTableSight,
  type VipAddress,
} from '@mha4rdb/vip';
import type { AddressKeeper, VipSight } from './address-keeper.js';
import type { HostResult } from './host-failure.js';
import type { PortFence } from './port-fence.js';

/** What stands on this host. */
export interface HostState {
  readonly fencing: FencingWord;
  /** `broken`: something stands under our name that is not our fence. */
  readonly port: 'lifted' | 'closed' | 'peers' | 'open' | 'broken';
  /** Milliseconds that the kernel still lets clients, or before the gate peers, pass; at least. */
  readonly portLeftMs: number;
  readonly vips: readonly VipSight[];
  /** How often the port lease ran out although it was wished. */
  readonly lapses: number;
  /** How often VIPs were put back that others had removed. */
  readonly restored: number;
  /** Why this host is no good place for its VIPs now, for people; `null` when it is. */
  readonly vipTrouble: string | null;
}

export type PortState = Pick<HostState, 'port' | 'portLeftMs'>;

/** From the kernel itself. */
export function observeHost(
  fence: PortFence,
  keeper: AddressKeeper,
  vips: readonly VipAddress[],
): HostResult<{ readonly port: PortState; readonly vips: readonly VipSight[] }> {
  const table = fence.look();
  if (!table.ok) return table;
  const sights: VipSight[] = [];
  for (const vip of vips) {
    const sight = keeper.look(vip);
    if (!sight.ok) return sight;
    sights.push(sight.value);
  }
  return ok({ port: seenPort(table.value), vips: sights });
}

export function hostState(
  port: PortState,
  vips: readonly VipSight[],
  counted: Pick<HostState, 'lapses' | 'restored' | 'vipTrouble'>,
): HostState {
  const held = vips.filter(({ state }) => state === 'held');
  const leased = held.length > 0 && held.every(({ validSeconds }) => validSeconds !== null);
  const fenced = port.port !== 'lifted' && port.port !== 'broken';
  return { fencing: fencingWord(fenced, leased), ...port, vips, ...counted };
}

/** From what the calls of one `enforce` showed; no further question to the kernel. */
export function believedPort(belief: PortBelief, now: Instant): PortState {
  if (belief.table === 'absent') return { port: 'lifted', portLeftMs: 0 };
  if (belief.table !== 'standing') return { port: 'broken', portLeftMs: 0 };
  const left = belief.lease === null ? 0 : belief.lease.endsAtLeast - now;
  if (belief.lease === null || left <= 0) return { port: 'closed', portLeftMs: 0 };
  return { port: belief.lease.audience === 'everyone' ? 'open' : 'peers', portLeftMs: left };
}

function seenPort(table: PortTableSight | null): PortState {
  if (table === null) return { port: 'lifted', portLeftMs: 0 };
  if (!table.intact) return { port: 'broken', portLeftMs: 0 };
  const { openLeft, peersLeft } = table;
  if (openLeft > 0) return { port: 'open', portLeftMs: openLeft };
  return { port: peersLeft > 0 ? 'peers' : 'closed', portLeftMs: peersLeft };
}
