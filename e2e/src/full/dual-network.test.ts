import { clusterSuite } from '../support/cluster-suite.js';
import { SERVICE_MS, duration, failedOver, primaryOf } from '../support/moments.js';

clusterSuite('two databases and an arbiter, broken networks', { mode: 'dual' }, ({ scenario }) => {
  scenario('nothing that the primary sends reaches the other members', async (lab, watch) => {
    const primary = await primaryOf(lab);
    for (const id of lab.members.keys()) if (id !== primary) await lab.lan.cut(primary, id);
    await failedOver(lab, watch, primary);
    await lab.lan.heal();
  });

  scenario('nothing reaches the primary from the other members', async (lab, watch) => {
    const primary = await primaryOf(lab);
    for (const id of lab.members.keys()) if (id !== primary) await lab.lan.cut(id, primary);
    await failedOver(lab, watch, primary);
    await lab.lan.heal();
  });

  scenario('only the two databases are cut from each other', async (lab, watch) => {
    const { epoch, primary } = await lab.status();
    await lab.lan.cut('n1', 'n2');
    await lab.lan.cut('n2', 'n1');
    const since = watch.now();
    await duration(12_000);
    await watch.writesAgain(since + 8_000, SERVICE_MS); // degraded, the primary goes on alone
    await lab.lan.heal();
    const after = await lab.waitHealthy();
    expect([after.primary, after.epoch]).toEqual([primary, epoch]);
  });

  // The coordinator may be the arbiter, which then has to take the primary for lost: it may fail over.
  scenario('only the primary and the arbiter are cut from each other', async (lab, watch) => {
    const primary = await primaryOf(lab);
    await lab.lan.cut(primary, 'n3');
    await lab.lan.cut('n3', primary);
    const since = watch.now();
    await duration(12_000);
    await watch.writesAgain(since + 10_000, SERVICE_MS);
    await lab.lan.heal();
  });

  scenario("the primary's host flaps: five times 2 s away and 2 s back", async (lab) => {
    const primary = await primaryOf(lab);
    for (let flap = 0; flap < 5; flap++) {
      await lab.lan.setLink(primary, 'down');
      await duration(2_000);
      await lab.lan.setLink(primary, 'up');
      await duration(2_000);
    }
  });
});
