import type { Mode } from '../lab/cluster/plan.js';
import { type FaultName, strike } from '../lab/faults/fault.js';
import { Lab } from '../lab/lab.js';
import { LabError } from '../lab/lab-error.js';
import { monotonicMs } from '../lab/monotonic.js';
import { totalMs } from '../lab/observe/holders.js';
import { type ProcessUsage, measureUsage } from '../lab/process-usage.js';
import { say, secondsText } from '../lab/progress.js';
import { Watch } from '../lab/watch.js';
import { HealthWatch } from './health-watch.js';
import { complaints } from '../lab/watch-report.js';
import { waitUntil } from '../lab/wait-until.js';
import type { BenchRecord } from './bench-record.js';
import type { BenchOptions } from './options.js';

const IDLE_MS = 10_000;
/** Time after the fault within which a failover certainly has begun, by timing. */
const CERTAIN_MS: Readonly<Record<string, number>> = {
  fast: 3_000,
  balanced: 5_000,
  relaxed: 16_000,
};

/** Runs every fault in every mode and timing, and hands each record over as soon as it is there. */
export async function runBench(
  options: BenchOptions,
  note: (record: BenchRecord) => void,
): Promise<void> {
  for (const mode of options.modes) {
    for (const timing of options.timings) await benchCluster(options, mode, timing, note);
  }
}

async function benchCluster(
  options: BenchOptions,
  mode: Mode,
  timing: string,
  note: (record: BenchRecord) => void,
): Promise<void> {
  const lab = await Lab.create({ mode, timing });
  let failed = true;
  try {
    await lab.form();
    const usage = await idleUsage(lab);
    say(`${mode}, ${timing}: idle agent ${usage.rssMb} MB, ${usage.cpuPct} % of a core`);
    for (const fault of options.faults) {
      for (let run = 1; run <= options.runs; run++) {
        const record = await benchFault(lab, fault, usage);
        say(
          `${fault} ${run}/${options.runs}: gap ${secondsText(record.writeGapMs)}, lost ${record.lost}, redundant after ${secondsText(record.redundancyMs)}`,
        );
        for (const line of record.complaints) say(`  ${line}`);
        note(record);
      }
    }
    failed = false;
  } finally {
    lab.destroy(failed);
    if (failed) say(`logs and data are left in ${lab.directory}`);
  }
}

async function benchFault(lab: Lab, fault: FaultName, usage: ProcessUsage): Promise<BenchRecord> {
  const watch = await Watch.begin(lab, `bench-${fault}`);
  const struck = await strike(lab, fault);
  const health = new HealthWatch(lab);
  const certain = struck.at + (CERTAIN_MS[lab.timing] ?? 5_000);
  await waitUntil(() => monotonicMs() >= certain, {
    timeoutMs: 20_000,
    what: 'a failover to begin',
  });
  await watch.writesAgain(certain, 60_000);
  const hasEnd = ['power', 'standby', 'coordinator', 'arbiter', 'partition'].includes(fault);
  const endedAt = hasEnd ? monotonicMs() : struck.at;
  await struck.mend();
  await lab.waitHealthy();
  const redundancyMs = Math.max(0, (await health.stop()) - endedAt);
  const report = await watch.finish();
  const writeGapMs = report.gapSince(struck.at);
  if (writeGapMs === undefined) throw new LabError('no write was acknowledged after the fault');
  return {
    fault,
    mode: lab.options.mode,
    timing: lab.timing,
    writeGapMs: Math.round(writeGapMs),
    lost: report.ledger.lost.length,
    vipTwoHostsMs: Math.round(totalMs(report.twoHolders)),
    redundancyMs: Math.round(redundancyMs),
    agentRssMb: usage.rssMb,
    agentCpuPct: usage.cpuPct,
    addressTwoHostsMs: Math.round(totalMs(report.twoAddresses)),
    complaints: complaints(report),
  };
}

/** What the hungriest agent takes while nothing is asked of the cluster. */
async function idleUsage(lab: Lab): Promise<ProcessUsage> {
  const pids = [...lab.members.values()].flatMap(({ agent }) => agent.pid ?? []);
  const measured = await Promise.all(pids.map((pid) => measureUsage(pid, IDLE_MS)));
  const there = measured.filter((usage) => usage !== undefined);
  if (there.length < pids.length) throw new LabError('an agent ended while nothing happened');
  return {
    rssMb: Math.max(...there.map(({ rssMb }) => rssMb)),
    cpuPct: Math.max(...there.map(({ cpuPct }) => cpuPct)),
  };
}
