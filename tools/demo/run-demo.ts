import pc from 'picocolors';
import { decisionsSince } from '../lab/agent-log.js';
import { listenAsClient } from '../lab/client-events.js';
import { describeStatus } from '../lab/cluster/status.js';
import { type Struck, strike } from '../lab/faults/fault.js';
import { Lab } from '../lab/lab.js';
import { monotonicMs } from '../lab/monotonic.js';
import { Steps, elapsedText, say, secondsText } from '../lab/progress.js';
import { Watch } from '../lab/watch.js';
import { type WatchReport, complaints } from '../lab/watch-report.js';
import { waitUntil } from '../lab/wait-until.js';
import { explainChange } from './explanation.js';
import type { DemoOptions } from './options.js';
import { timeline } from './timeline.js';

const WARM_UP_MS = 2_000;
const SERVICE_TIMEOUT_MS = 60_000;
/** Events of the cluster's history that move or restart the primary. */
const CHANGES = ['failover', 'restart', 'switchover'];
const SHOWN_AFTER_SERVICE_MS = 1_500;

/** Runs the demo; answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const steps = new Steps(options.firstStep);
  if (options.engine !== 'postgres') {
    say(
      pc.yellow(
        `${options.engine} is emulated here: real PostgreSQL servers behind its login, functions and programs`,
      ),
    );
  }
  const lab = await steps.run(
    'Hosts',
    () => Lab.create({ mode: options.mode, timing: options.timing, engine: options.engine }),
    ({ members }) => `${members.size} hosts and a client, as network namespaces`,
  );
  let keepFiles = true;
  try {
    const passed = await failOver(lab, options, steps);
    keepFiles = !passed;
    if (passed && options.keep) keepLab(lab);
    return passed ? 0 : 1;
  } finally {
    if (!options.keep || keepFiles) lab.destroy(keepFiles);
    if (keepFiles) say(`logs and data are left in ${lab.directory}`);
  }
}

async function failOver(lab: Lab, options: DemoOptions, steps: Steps): Promise<boolean> {
  await steps.run('Cluster', () => lab.form(), describeStatus);
  const events = listenAsClient(lab);
  const watch = await steps.run(
    'Client',
    () => beginWriting(lab),
    () => `writes through ${lab.vip}, with the client library listening`,
  );
  const struck = await steps.run(
    'Fault',
    () => strike(lab, options.fault),
    ({ member, what }) => pc.yellow(`${member}: ${what}`),
  );
  await steps.run(
    'Service',
    () => serviceBack(lab, watch, struck),
    (ms) => `a write was acknowledged ${secondsText(ms)} after the fault`,
  );
  await steps.run(
    'Return',
    async () => {
      await struck.mend();
      return lab.waitHealthy();
    },
    describeStatus,
  );
  const { report, consumer } = await steps.run(
    'Ledger',
    async () => ({ report: await watch.finish(), consumer: watch.consumerRecords }),
    () => 'every acknowledged write compared with the final primary',
  );
  const clientEvents = await events.stop().catch(() => events.lines);
  const gap = report.gapSince(struck.at);
  const backAt = firstAckAfter(consumer, struck.at) - struck.at;
  say(`\n${pc.bold('What happened')} (seconds since the fault)`);
  const entries = timeline({
    faultAt: struck.at,
    faultWallAt: struck.wallAt,
    untilMs: Math.max(backAt, gap ?? 0) + SHOWN_AFTER_SERVICE_MS,
    decisions: [...lab.members.values()].flatMap(({ logFile, id }) =>
      decisionsSince(logFile, id, struck.wallAt - 500),
    ),
    clientEvents,
    addressChanges: report.addressChanges,
    consumer,
  });
  say(`  ${'0.000'.padStart(8)}  ${struck.member.padEnd(7)} ${pc.yellow(struck.what)}`);
  for (const { ms, who, what } of entries) {
    say(`  ${(ms / 1000).toFixed(3).padStart(8)}  ${who.padEnd(7)} ${what}`);
  }
  await sayWhy(lab, struck);
  await sayStatus(lab);
  return sayVerdict(report, gap);
}

async function beginWriting(lab: Lab): Promise<Watch> {
  const watch = await Watch.begin(lab, 'demo');
  const from = monotonicMs();
  await watch.writesAgain(from + WARM_UP_MS, WARM_UP_MS + SERVICE_TIMEOUT_MS);
  return watch;
}

/**
 * Waits until the fault is over for consumers. A fault need not interrupt anything; so the wait goes
 * on until writes were acknowledged for longer than any grant lasts, or came back after a gap.
 */
async function serviceBack(lab: Lab, watch: Watch, struck: Struck): Promise<number> {
  const patience = { fast: 3_000, relaxed: 16_000 }[lab.timing] ?? 5_000;
  const sure = struck.at + patience;
  await waitUntil(() => monotonicMs() >= sure, {
    timeoutMs: patience + 5_000,
    what: 'the time in which a failover would have begun',
  });
  await watch.writesAgain(sure, SERVICE_TIMEOUT_MS);
  return firstAckAfter(watch.consumerRecords, struck.at) - struck.at;
}

/** When the first write was acknowledged after the longest silence since the fault. */
function firstAckAfter(records: Watch['consumerRecords'], faultAt: number): number {
  const ends = records.filter(({ outcome }) => outcome === 'ack').map(({ doneAt }) => doneAt);
  let [best, length] = [faultAt, 0];
  for (const [at, end] of ends.entries()) {
    const before = ends[at - 1];
    if (before === undefined || end < faultAt || end - before <= length) continue;
    [best, length] = [end, end - before];
  }
  return best;
}

async function sayWhy(lab: Lab, struck: Struck): Promise<void> {
  say(`\n${pc.bold('Why it went so')}`);
  const changes = (await lab.ctl.history(20)).filter(
    ({ kind, at }) => CHANGES.includes(kind) && new Date(at).getTime() >= struck.wallAt,
  );
  const lines = changes.flatMap(explainChange);
  for (const line of lines.length === 0 ? ['no change of primary'] : lines) say(`  ${line}`);
}

async function sayStatus(lab: Lab): Promise<void> {
  say(`\n${pc.bold('mhactl status')}`);
  const { stdout, stderr } = await lab.ctl.run(['status']);
  say((stdout || stderr).trimEnd());
}

function sayVerdict(report: WatchReport, gap: number | undefined): boolean {
  const wrong = complaints(report);
  const { ledger } = report;
  for (const line of wrong) say(pc.red(line));
  const passed = wrong.length === 0 && gap !== undefined;
  say(`\n${pc.dim(`all of it took ${elapsedText()}`)}`);
  const parts = [
    `acknowledged ${report.acknowledgedThroughVip}`,
    `lost ${ledger.lost.length}`,
    `write gap ${gap === undefined ? 'never closed' : secondsText(gap)}`,
    passed ? 'PASS' : 'FAIL',
  ];
  say(parts.join(' · '));
  return passed;
}

function keepLab(lab: Lab): void {
  lab.keep();
  const shell = (words: readonly string[]): string => words.join(' ');
  const { user, database, password } = lab.consumer;
  const psql = lab.client.command([`${lab.binDir}/psql`, '-h', lab.vip, '-U', user, database]);
  say('\nThe cluster goes on running. As root:');
  say(`  ${shell(lab.ctl.commandLine(['status']))}`);
  say(`  PGPASSWORD=${password} ${shell(psql)}`);
  say(`  ${shell(lab.ctl.commandLine(['switchover', '--yes']))}`);
  say('To remove it: npm run demo -- --down');
}
