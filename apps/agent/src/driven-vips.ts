import type { HostView } from '@mha4rdb/core';
import { HookKeeper } from '@mha4rdb/host-linux';
import type { Instant } from '@mha4rdb/kernel';
import type { AgentConfig, EdgeContext, HookVip } from '@mha4rdb/node-runtime';

/** The VIPs that are no addresses of this host: moved by commands, or by somebody else. */
export interface DrivenVips {
  /** The end of the grant under which they may be here; null when they may not. */
  readonly want: (until: Instant | null) => void;
  /** As they look now; `open`: clients may pass to this database. */
  readonly view: (open: boolean) => HostView['vips'];
  /** Commands moved one here, as it was seen last. */
  readonly isHeld: () => boolean;
  /** None can be here, for all that is known. */
  readonly areGone: () => boolean;
  readonly close: () => void;
}

export function drivenVipsOf(
  config: AgentConfig,
  { clock, state }: Pick<EdgeContext, 'clock' | 'state'>,
  on: { readonly changed: () => void; readonly problem: (message: string) => void },
): DrivenVips {
  const hooks = config.vip.flatMap((vip) => (vip.driver === 'hook' ? [vip] : []));
  const foreign = config.vip.flatMap((vip) => (vip.driver === 'none' ? [vip] : []));
  const keepers = hooks.map((vip) => ({
    address: textOf(vip),
    keeper: new HookKeeper({
      address: textOf(vip),
      commands: { acquire: vip.acquire, release: vip.release, status: vip.status },
      timeoutMs: vip.timeout,
      now: clock.now,
      env: () => environmentOf(config, vip, state().cluster.epoch),
      onChanged: on.changed,
      onProblem: on.problem,
    }),
  }));
  return {
    want: (until) => {
      for (const { keeper } of keepers) keeper.want(until);
    },
    view: (open) => [
      ...keepers.map(({ address, keeper }) => ({ address, held: keeper.isHeld })),
      // Whoever leads it asks which member is primary: so it leads here while clients may pass.
      ...foreign.map((vip) => ({ address: textOf(vip), held: open })),
    ],
    isHeld: () => keepers.some(({ keeper }) => keeper.isHeld),
    areGone: () => keepers.every(({ keeper }) => !keeper.mayBeHeld),
    close: () => {
      for (const { keeper } of keepers) keeper.close();
    },
  };
}

/** What a command is told. The epoch is greater for every later primary. */
function environmentOf(
  { cluster, node, database }: AgentConfig,
  { address, prefix }: HookVip,
  epoch: number,
): Readonly<Record<string, string>> {
  return {
    MHA_CLUSTER: cluster,
    MHA_NODE: node,
    MHA_VIP: address,
    MHA_VIP_PREFIX: String(prefix),
    MHA_DATABASE_PORT: String(database.port),
    MHA_EPOCH: String(epoch),
  };
}

function textOf({
  address,
  prefix,
}: {
  readonly address: string;
  readonly prefix: number;
}): string {
  return `${address}/${prefix}`;
}
