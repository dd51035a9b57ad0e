import { clusterSuite } from '../support/cluster-suite.js';
import { SERVICE_MS, duration, failedOver, primaryOf } from '../support/moments.js';
import {
  allBut,
  coldStart,
  losesOther,
  losesPrimary,
  survives,
  switchoverForthAndBack,
} from '../support/scenarios.js';

clusterSuite('three databases, all faults', { mode: 'cluster' }, ({ scenario }) => {
  scenario('the postmaster of the primary is killed', survives('crash'));
  scenario("the primary's host is cut off for 20 s", losesPrimary('partition', 20_000));
  scenario("the primary's agent is killed and starts again", survives('kill-agent'));
  scenario("the primary's agent is frozen for 20 s", losesPrimary('freeze-agent', 20_000));
  scenario('a switchover forth and back', switchoverForthAndBack);
  scenario("a standby's host loses its power", losesOther('standby'));

  scenario(
    'three primaries in a row lose their power, each after the last one is back',
    async (lab, watch) => {
      for (let round = 0; round < 3; round++) {
        const primary = lab.member(await primaryOf(lab));
        await primary.powerOff();
        await failedOver(lab, watch, primary.id);
        await primary.powerOn();
        await lab.waitHealthy();
      }
    },
  );

  scenario('the primary and one standby lose their power at once', async (lab, watch) => {
    const primary = await primaryOf(lab);
    const other = allBut(lab, primary)[0] ?? '';
    await Promise.all([lab.member(primary).powerOff(), lab.member(other).powerOff()]);
    const since = watch.now();
    await duration(8_000);
    const writes = watch.consumerRecords.filter((r) => r.outcome === 'ack' && r.sentAt > since);
    expect(writes).toEqual([]); // One of three voters decides nothing.
    await lab.member(other).powerOn();
    await watch.writesAgain(watch.now(), SERVICE_MS);
    await lab.member(primary).powerOn();
  });

  scenario(
    'all hosts lose their power; the old primary starts last, the others 5 s before',
    coldStart((lab, primary) => allBut(lab, primary), 5_000),
  );
  scenario(
    'all hosts lose their power; the old primary starts first, the others 5 s later',
    coldStart((lab, primary) => allBut(lab, primary).reverse(), 5_000),
  );
});

clusterSuite(
  'three databases, fast timing',
  { mode: 'cluster', timing: 'fast' },
  ({ scenario }) => {
    scenario("the primary's host loses its power", losesPrimary('power'));
    scenario('a switchover forth and back', switchoverForthAndBack);
  },
);
