import type { FaultKind } from '@mha4rdb/simulator';

type Target = 'primary' | 'standby' | 'coordinator' | 'arbiter';

/** A fault as it is named on the command line. */
export interface NamedFault {
  /** What it is, for `--help`. */
  readonly what: string;
  readonly kind: FaultKind;
  /** Whom it strikes; absent: all of them, or nobody. */
  readonly target?: Target;
  /** It stays until it is mended, `--for` later. */
  readonly lasts: boolean;
  /** Who is on its side of a cut. */
  readonly side?: readonly string[];
}

const strikes = (kind: FaultKind, target: Target, what: string): NamedFault => ({
  what,
  kind,
  target,
  lasts: false,
});
const lasting = (kind: FaultKind, target: Target, what: string): NamedFault => ({
  ...strikes(kind, target, what),
  lasts: true,
});
const cutOff = (target: Target, what: string, ...with_: readonly string[]): NamedFault => ({
  ...lasting('partition', target, what),
  side: [target, ...with_],
});

/** The demo's names, and more. The names are what scripts rely on. */
export const NAMED_FAULTS = {
  crash: strikes('database-crash', 'primary', 'the primary’s database is killed'),
  power: lasting('power-loss', 'primary', 'the primary’s host loses its power'),
  'freeze-agent': lasting('agent-freeze', 'primary', 'the primary’s agent is frozen'),
  'freeze-database': lasting('database-freeze', 'primary', 'the primary’s database is frozen'),
  'kill-agent': strikes(
    'agent-crash',
    'primary',
    'the primary’s agent is killed, and started again',
  ),
  'restart-agent': strikes(
    'agent-restart',
    'primary',
    'the primary’s agent gets SIGTERM (stopMode)',
  ),
  partition: cutOff('primary', 'the primary’s host is cut off the network'),
  isolate: cutOff('primary', 'the primary and all clients are cut off the other members', 'client'),
  'cut-replication': {
    ...lasting('stream-cut', 'primary', 'only the databases are cut from the primary’s'),
    // Where clients stand: they go on reaching the primary.
    side: ['primary', 'client'],
  },
  'cut-clients': lasting('client-cut', 'primary', 'clients are cut off the primary’s host'),
  'disk-full': lasting(
    'database-disk-full',
    'primary',
    'the disk of the primary’s database is full',
  ),
  suspend: lasting('suspend', 'primary', 'the primary’s machine is suspended'),
  switchover: { what: 'an operator asks for a switchover', kind: 'switchover', lasts: false },
  standby: lasting('power-loss', 'standby', 'a standby’s host loses its power'),
  'partition-standby': cutOff('standby', 'a standby’s host is cut off the network'),
  coordinator: lasting('power-loss', 'coordinator', 'the coordinator’s host loses its power'),
  arbiter: lasting('power-loss', 'arbiter', 'the arbiter’s host loses its power'),
  'all-power': { what: 'all hosts lose their power', kind: 'all-power-loss', lasts: true },
} as const satisfies Readonly<Record<string, NamedFault>>;

export type FaultName = keyof typeof NAMED_FAULTS;

export const FAULT_NAMES = Object.keys(NAMED_FAULTS) as readonly FaultName[];

export function namedFault(name: FaultName): NamedFault {
  return NAMED_FAULTS[name];
}
