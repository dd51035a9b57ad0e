import { err, ok, type Result } from '@mha4rdb/kernel';

/** Every length of time that decisions use, in milliseconds. */
export interface Timing {
  /** D: a grant's length, from the moment when its renewal was sent, on the holder's clock. */
  readonly grant: number;
  /** A: the holder begins to fence itself this long before the end. */
  readonly margin: number;
  /** How often a grant is renewed, reports are sent and followers hear their leader. */
  readonly heartbeat: number;
  readonly electionMin: number;
  readonly electionMax: number;
  /** Bound of one message to the coordinator and back. */
  readonly rpcTimeout: number;
  /** Bound of stopping a database with all escalation. */
  readonly stopBudget: number;
  /** The longest time for which the agent's loop may be away unnoticed. */
  readonly loopGap: number;
  /** Bound of one commit (disk and network of a majority), for liveness only. */
  readonly commit: number;
  /** N: life of one kernel lease on the port. */
  readonly kernelLease: number;
  /** How late the kernel may end a lease. */
  readonly kernelSlack: number;
}

export const TIMING_PRESETS = {
  fast: {
    grant: 1200,
    margin: 400,
    heartbeat: 120,
    electionMin: 250,
    electionMax: 500,
    rpcTimeout: 300,
    stopBudget: 300,
    loopGap: 100,
    commit: 100,
    kernelLease: 600,
    kernelSlack: 50,
  },
  balanced: {
    grant: 2400,
    margin: 800,
    heartbeat: 250,
    electionMin: 500,
    electionMax: 1000,
    rpcTimeout: 500,
    stopBudget: 600,
    loopGap: 200,
    commit: 200,
    kernelLease: 1200,
    kernelSlack: 50,
  },
  relaxed: {
    grant: 10_000,
    margin: 3000,
    heartbeat: 1000,
    electionMin: 2000,
    electionMax: 4000,
    rpcTimeout: 2000,
    stopBudget: 2000,
    loopGap: 900,
    commit: 1000,
    kernelLease: 5000,
    kernelSlack: 50,
  },
} as const satisfies Readonly<Record<string, Timing>>;

export type TimingPreset = keyof typeof TIMING_PRESETS;

/** Rate error of a monotonic clock, at most; NTP slews by 0.05 % (reference A2.1). */
export const CLOCK_RATE_ERROR = 0.01;

/** R = (1+ρ)/(1−ρ): how much longer a wait must be on one clock to cover a lease on another. */
export const CLOCK_RATIO = (1 + CLOCK_RATE_ERROR) / (1 - CLOCK_RATE_ERROR);

/** W: how long after a renewal was appended nobody else may be opened, on the coordinator's clock. */
export function waitFor(grantMs: number): number {
  return CLOCK_RATIO * grantMs;
}

/** One inequality that must hold; `name` is what a refusal says. */
interface Inequality {
  readonly name: string;
  readonly left: (timing: Timing) => number;
  readonly right: (timing: Timing) => number;
}

const INEQUALITIES: readonly Inequality[] = [
  {
    name: 'margin ≥ stopBudget + loopGap',
    left: ({ stopBudget, loopGap }) => stopBudget + loopGap,
    right: ({ margin }) => margin,
  },
  {
    name: '3·heartbeat + rpcTimeout ≤ grant − margin',
    left: ({ heartbeat, rpcTimeout }) => 3 * heartbeat + rpcTimeout,
    right: ({ grant, margin }) => grant - margin,
  },
  {
    name: 'electionMax + commit ≤ grant − margin',
    left: ({ electionMax, commit }) => electionMax + commit,
    right: ({ grant, margin }) => grant - margin,
  },
  {
    name: 'kernelLease + kernelSlack + commit + heartbeat ≤ grant',
    left: ({ kernelLease, kernelSlack, commit, heartbeat }) =>
      kernelLease + kernelSlack + commit + heartbeat,
    right: ({ grant }) => grant,
  },
  {
    name: '2·heartbeat ≤ electionMin',
    left: ({ heartbeat }) => 2 * heartbeat,
    right: ({ electionMin }) => electionMin,
  },
  {
    name: 'electionMin < electionMax',
    left: ({ electionMin }) => electionMin + 1,
    right: ({ electionMax }) => electionMax,
  },
];

/**
 * A preset's name, or values that replace those of `balanced`; what is left out keeps its proportion
 * to the grant (election times: to the heartbeat). Refuses by the violated inequality's name; never adjusts (protocol §4).
 */
export function parseTiming(
  input: string | Readonly<Partial<Timing>>,
): Result<Timing, 'unknown-preset' | 'violated-inequality'> {
  if (typeof input === 'string') {
    return input in TIMING_PRESETS
      ? ok(TIMING_PRESETS[input as TimingPreset])
      : err('unknown-preset', `"${input}" is no timing preset`, 'use fast, balanced or relaxed');
  }
  const timing = complete(input);
  const violated = INEQUALITIES.filter(({ left, right }) => left(timing) > right(timing)).map(
    ({ name, left, right }) => `${name} (${left(timing)} ms against ${right(timing)} ms)`,
  );
  return violated.length === 0
    ? ok(timing)
    : err(
        'violated-inequality',
        `timing breaks ${violated.join('; ')}`,
        'change the values so that each inequality holds',
      );
}

/** What is left out keeps its proportion to the grant; election times keep theirs to the heartbeat. */
function complete(input: Readonly<Partial<Timing>>): Timing {
  const base = TIMING_PRESETS.balanced;
  const scale = (input.grant ?? base.grant) / base.grant;
  const scaled = Object.fromEntries(
    Object.entries(base).map(([key, value]) => [key, value * scale]),
  ) as unknown as Timing;
  const heartbeat = input.heartbeat ?? scaled.heartbeat;
  const electionMin = input.electionMin ?? 2 * heartbeat;
  const elections = { electionMin, electionMax: 2 * electionMin };
  return { ...scaled, kernelSlack: base.kernelSlack, ...elections, ...input };
}
