/** Shape of the member list, as `--mode` names it. */
export type Mode = 'single' | 'dual' | 'cluster';

/** One member of a lab's cluster. */
export interface PlannedMember {
  readonly id: string;
  readonly role: 'data' | 'arbiter';
  readonly address: string;
  /** Position on the switch; also the last part of the hardware address. */
  readonly index: number;
  readonly priority?: number;
}

/** The lab's network. It exists only inside namespaces, so that it may be the same for every lab. */
export const LAB_NETWORK = {
  prefixLength: 24,
  subnet: '10.77.0.0/24',
  vip: '10.77.0.100',
  client: '10.77.0.200',
  agentPort: 7400,
  databasePort: 5432,
  /** Of the n-th member, from 1. */
  hostAddress: (index: number): string => `10.77.0.${10 + index}`,
} as const;

/**
 * Members of a mode. `single`: one with data; `dual`: two with data and an arbiter; `cluster`:
 * `dataMembers` (three unless told) with data.
 */
export function planMembers(mode: Mode, dataMembers = 3): PlannedMember[] {
  const roles: PlannedMember['role'][] = {
    single: ['data' as const],
    dual: ['data' as const, 'data' as const, 'arbiter' as const],
    cluster: Array.from({ length: dataMembers }, () => 'data' as const),
  }[mode];
  return roles.map((role, at) => ({
    id: `n${at + 1}`,
    role,
    address: LAB_NETWORK.hostAddress(at + 1),
    index: at + 1,
    ...(at === 0 ? { priority: 100 } : {}),
  }));
}
