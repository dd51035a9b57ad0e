import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { StatusInit } from './scripted-cluster.js';

/** A healthy cluster of two databases and an arbiter, as the contract's example shows it. */
export function healthyDual(): StatusInit {
  const since = timestampFromDate(new Date('2026-11-23T08:00:00Z'));
  const common = { health: 'ok', reachable: true, reportAgeMs: 120, since };
  const data = { role: 'data', timeline: 3n, position: '0/5000060', lagBytes: 0n };
  return {
    cluster: 'hci-a',
    clusterId: '6f2c',
    schema: 1,
    asOf: timestampFromDate(new Date('2026-11-23T09:00:00Z')),
    answeredBy: 'n2',
    mode: 'dual',
    verdict: 'healthy',
    failoverReady: true,
    coordinator: 'n2',
    term: 4n,
    epoch: 1207n,
    primary: 'n1',
    durability: { mode: 'majority', electable: ['n2'], acks: 1 },
    vip: [{ address: '10.77.0.100/24', holder: 'n1', observed: true }],
    members: [
      {
        ...common,
        ...data,
        id: 'n1',
        address: '',
        database: '10.77.0.11:5432',
        state: 'primary',
        sync: false,
        grantMs: 2710,
        fencing: 'address+port',
      },
      {
        ...common,
        ...data,
        id: 'n2',
        address: '',
        database: '10.77.0.12:5432',
        state: 'standby',
        sync: true,
        fencing: 'none',
      },
      { ...common, id: 'n3', role: 'arbiter', address: '', state: 'arbiter' },
    ],
  };
}
