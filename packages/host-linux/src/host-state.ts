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
}

type PortState = Pick<HostState, 'port' | 'portLeftMs'>;

/** From what the calls of one `enforce` showed; no further question to the kernel. */
export function enforcedState(
  enforced: { readonly belief: PortBelief; readonly vips: readonly VipSight[] },
  lapses: number,
  now: Instant,
): HostState {
  return stateOf(believedPort(enforced.belief, now), enforced.vips, lapses);
}

/** From the kernel itself. */
export function observeHost(
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
  return ok(stateOf(seenPort(table.value), sights, fence.lapses()));
}

function stateOf(port: PortState, vips: readonly VipSight[], lapses: number): HostState {
  const held = vips.filter(({ state }) => state === 'held');
  const leased = held.length > 0 && held.every(({ validSeconds }) => validSeconds !== null);
  const fenced = port.port !== 'lifted' && port.port !== 'broken';
  return { fencing: fencingWord(fenced, leased), ...port, vips, lapses };
}

function believedPort(belief: PortBelief, now: Instant): PortState {
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
