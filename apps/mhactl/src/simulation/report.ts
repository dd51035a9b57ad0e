import { modeOf } from '@mha4rdb/node-runtime/config';
import { viewOf } from '@mha4rdb/simulator';
import { assumptions } from './assumptions.js';
import { distributionOf, type Distribution } from './distribution.js';
import { shouldRecover } from './expectation.js';
import { outcomesOf, type Outcome } from './outcome.js';
import type { Play } from './play.js';
import type { Setup } from './read-config.js';
import type { SimulationRequest } from './request.js';

/** One run, as `-o json` shows it. */
export interface RunReport {
  readonly seed: number;
  readonly outcomes: readonly Outcome[];
  readonly acknowledged: number;
  /** Writes that were acknowledged and are missing: 0, or at least 1 (the run ends at the first). */
  readonly lost: number;
  /** Two could serve at one time: 0, or 1 (the run ends there). */
  readonly twoPrimaries: number;
  /** A promise that was broken; null: all were kept. */
  readonly broken: string | null;
  /** Writes did not come back, although they should have. */
  readonly overdue: boolean;
}

/** What one fault did in all runs. */
export interface FaultReport {
  readonly faults: readonly string[];
  /** Of the runs in which writes came back. */
  readonly writeGapMs: Distribution | null;
  /** Runs in which nobody took over by itself while the fault lasted, by reason. */
  readonly withoutAutomaticRecovery: readonly {
    readonly reason: string;
    readonly runs: number;
    /** One of them, to look at. */
    readonly seed: number;
  }[];
}

/** What `mhactl simulate -o json` prints. */
export interface SimulationReport {
  readonly schema: 1;
  readonly simulated: true;
  readonly cluster: string;
  readonly mode: 'single' | 'dual' | 'cluster';
  readonly members: readonly { readonly id: string; readonly role: string }[];
  readonly timing: Setup['timing'];
  readonly durability: Setup['founding']['settings']['durability'];
  readonly faults: readonly FaultReport[];
  readonly acknowledged: number;
  readonly lost: number;
  /** Runs in which two could serve at one time. */
  readonly twoPrimaries: number;
  readonly runs: readonly RunReport[];
  /** Of the first run, or of `--seed`. */
  readonly timeline: readonly {
    readonly ms: number;
    readonly who: string;
    readonly what: string;
  }[];
  readonly assumptions: readonly string[];
  readonly result: 'pass' | 'fail';
}

export function reportOf(
  request: SimulationRequest,
  setup: Setup,
  runs: readonly RunReport[],
  shown: Play,
): SimulationReport {
  const { config, founding, timing } = setup;
  const failed = runs.some(({ broken, overdue }) => broken !== null || overdue);
  return {
    schema: 1,
    simulated: true,
    cluster: config.cluster,
    mode: modeOf(founding),
    members: founding.members.map(({ id, role }) => ({ id, role })),
    timing,
    durability: founding.settings.durability,
    faults: faultReports(runs),
    acknowledged: runs.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    lost: runs.reduce((sum, { lost }) => sum + lost, 0),
    twoPrimaries: runs.reduce((sum, { twoPrimaries }) => sum + twoPrimaries, 0),
    runs,
    timeline: timelineOf(shown),
    assumptions: assumptions(request),
    result: failed ? 'fail' : 'pass',
  };
}

export function runReportOf(played: Play, setup: Setup): RunReport {
  const { violation, acknowledged } = played.result;
  const outcomes = outcomesOf(played);
  return {
    seed: played.seed,
    outcomes,
    acknowledged,
    lost: violation?.invariant === 'no acknowledged write is lost' ? 1 : 0,
    twoPrimaries: violation !== null && TWO_PRIMARIES.has(violation.invariant) ? 1 : 0,
    broken: violation === null ? null : `${violation.invariant}: ${violation.detail}`,
    overdue: outcomes.some(
      (outcome) =>
        (outcome.recovery === 'mended' || outcome.recovery === 'never') &&
        shouldRecover(outcome, setup),
    ),
  };
}

/** The simulator's names for it: by grant, by port, and as clients would see it. */
const TWO_PRIMARIES: ReadonlySet<string> = new Set([
  'at most one valid grant',
  'at most one open port',
  'at most one primary answers clients',
]);

function faultReports(runs: readonly RunReport[]): readonly FaultReport[] {
  const [first] = runs;
  if (first === undefined) return [];
  return first.outcomes.map(({ faults }, index) => {
    const all = runs.flatMap(({ seed, outcomes }) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [{ seed, ...outcome }];
    });
    const reasons = new Map<string, { reason: string; runs: number; seed: number }>();
    for (const { seed, recovery, why } of all) {
      if (recovery !== 'mended' && recovery !== 'never') continue;
      const known = reasons.get(why) ?? { reason: why, runs: 0, seed };
      reasons.set(why, { ...known, runs: known.runs + 1 });
    }
    const gaps = all.flatMap(({ writeGapMs }) => (writeGapMs === null ? [] : [writeGapMs]));
    return {
      faults,
      writeGapMs: distributionOf(gaps),
      withoutAutomaticRecovery: [...reasons.values()],
    };
  });
}

function timelineOf({ result: { record } }: Play): SimulationReport['timeline'] {
  if (record === null) return [];
  const { moments, zero } = viewOf(record);
  return moments.map(({ at, who, text }) => ({ ms: Math.round(at - zero), who, what: text }));
}
