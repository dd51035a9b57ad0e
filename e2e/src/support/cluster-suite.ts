import {
  Lab,
  type LabOptions,
  Watch,
  type WatchReport,
  complaints,
  waitUntil,
} from '@mha4rdb/tools/lab';

const FORM_TIMEOUT_MS = 180_000;
const SCENARIO_TIMEOUT_MS = 240_000;
/** Writes that a scenario can lose at all. */
const WRITES_BEFORE = 50;
const REPLICATED_TIMEOUT_MS = 20_000;

/** A scenario: what is done to a healthy cluster under writing clients. */
export type Scenario = (lab: Lab, watch: Watch) => Promise<void>;

/** What a suite's scenarios are written with. */
export interface ClusterSuite {
  /**
   * Runs a scenario and asserts what holds for every one of them: the cluster is healthy at the end,
   * every acknowledged write is on the final primary and on every standby, never did two hosts
   * answer for the VIP, never did two databases acknowledge. `then` asserts what is special.
   */
  readonly scenario: (
    name: string,
    act: Scenario,
    then?: (report: WatchReport, lab: Lab) => void,
  ) => void;
}

/** What is let pass in a suite. */
export interface ClusterSuiteOptions extends LabOptions {
  /**
   * Its scenarios accept the loss of writes that were acknowledged under a rule that promised nothing.
   * Two databases that acknowledge side by side are no such loss.
   */
  readonly acceptsLoss?: boolean;
}

/**
 * A suite on one lab that all its scenarios share. After a failed scenario the lab is taken down
 * with its files left for a person, and the next scenario gets a new one.
 */
export function clusterSuite(
  title: string,
  options: ClusterSuiteOptions,
  define: (suite: ClusterSuite) => void,
): void {
  describe(title, () => {
    let lab: Lab | undefined;

    beforeEach(async () => {
      lab ??= await formLab(options);
      try {
        await lab.waitHealthy();
      } catch (error) {
        giveUp(lab, 'the cluster is not healthy before the scenario');
        throw error;
      }
    }, FORM_TIMEOUT_MS);

    afterAll(() => lab?.destroy());

    const giveUp = (used: Lab, why: string): void => {
      used.destroy(true);
      lab = undefined;
      tell(`    ${title}: ${why}; logs and data are left in ${used.directory}`);
    };

    const scenario: ClusterSuite['scenario'] = (name, act, then) => {
      it(
        name,
        async () => {
          if (lab === undefined) throw new Error('no lab');
          const used = lab;
          try {
            const report = await runScenario(used, name, act);
            expect(complaints(report).filter(isNoAcceptedLoss)).toEqual([]);
            then?.(report, used);
          } catch (error) {
            giveUp(used, `${name} FAILED`);
            throw error;
          }
        },
        SCENARIO_TIMEOUT_MS,
      );
    };
    const isNoAcceptedLoss = (complaint: string): boolean =>
      options.acceptsLoss !== true || !complaint.includes('acknowledged writes are lost');

    define({ scenario });
  });

  async function runScenario(lab: Lab, name: string, act: Scenario): Promise<WatchReport> {
    const watch = await Watch.begin(lab, name.replaceAll(/[^a-z0-9]+/gi, '-'));
    try {
      await waitUntil(() => watch.consumerRecords.length >= WRITES_BEFORE, {
        timeoutMs: 20_000,
        what: `${WRITES_BEFORE} writes before the scenario`,
      });
      await act(lab, watch);
      await lab.waitHealthy();
      await watch.writesAgain(watch.now(), 15_000);
    } catch (error) {
      await watch.abandon();
      throw error;
    }
    const report = await watch.finish();
    if (options.acceptsLoss !== true) await watch.replicatedEverywhere(REPLICATED_TIMEOUT_MS);
    const gap = report.gapSince(watch.startedAt);
    const { acknowledged, lost } = report.ledger;
    tell(
      `    ${title}: ${name}: acknowledged ${acknowledged} · lost ${lost.length} · longest write gap ${gap === undefined ? 'unknown' : (gap / 1000).toFixed(2)} s`,
    );
    return report;
  }
}

async function formLab(options: LabOptions): Promise<Lab> {
  const lab = await Lab.create(options);
  try {
    await lab.form();
  } catch (error) {
    lab.destroy(true);
    tell(`    the cluster did not form; logs and data are left in ${lab.directory}`);
    throw error;
  }
  return lab;
}

/** Past jest's own buffering, so that a long run shows where it is. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
