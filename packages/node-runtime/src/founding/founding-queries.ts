import { modeOf } from '@mha4rdb/core';
import type { BaseConfig } from '../config/config.js';
import { hostPortText } from '../config/scalar-readers.js';
import type { ClusterQueries, NotTaken, StatusView } from '../rpc/cluster-queries.js';

/** What a node answers that does not know yet whether it founds a cluster or joins one. */
export function foundingQueries(
  config: BaseConfig,
  waitsFor: () => string,
  wall: () => number,
): ClusterQueries {
  const elsewhere: NotTaken = { id: '', kind: 'elsewhere', coordinator: null };
  return {
    status: () => statusView(config, waitsFor(), wall()),
    leader: () => null,
    history: () => [],
    explain: () => ({
      possible: false,
      to: null,
      checks: [{ member: config.node, check: 'member', ok: false, detail: waitsFor() }],
    }),
    settings: () => ({ revision: 0, settings: [] }),
    plan: () => elsewhere,
    submit: ({ id }) => Promise.resolve({ ...elsewhere, id }),
    revision: () => 0,
    changesAfter: () => ({ changes: [], gap: false }),
    subscribe: () => () => undefined,
    addressOf: () => undefined,
  };
}

function statusView(config: BaseConfig, reason: string, asOf: number): StatusView {
  return {
    cluster: config.cluster,
    clusterId: '',
    asOf,
    answeredBy: config.node,
    stale: true,
    mode: modeOf(config),
    verdict: 'unavailable',
    failoverReady: false,
    reasons: [reason],
    coordinator: null,
    term: 0,
    epoch: 0,
    primary: null,
    paused: false,
    durability: { mode: config.durability.mode, electable: [], acks: 0 },
    vip: [],
    members: config.members.map(({ id, role, address, database }) => ({
      id,
      role,
      address: hostPortText(address),
      ...(database !== undefined && { database: hostPortText(database) }),
      state: 'unknown',
      health: 'unknown',
      reachable: id === config.node,
      since: 0,
      voting: 'none',
    })),
  };
}
