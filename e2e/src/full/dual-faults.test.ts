import { clusterSuite } from '../support/cluster-suite.js';
import { SERVICE_MS, duration, failedOver, noticedLossOf, primaryOf } from '../support/moments.js';
import { allBut, coldStart, losesOther, losesPrimary } from '../support/scenarios.js';

clusterSuite('two databases and an arbiter, all faults', { mode: 'dual' }, ({ scenario }) => {
  scenario(
    "every process of the primary's database is frozen for 20 s",
    losesPrimary('freeze-database', 20_000),
  );
  scenario("the coordinator's host loses its power", losesOther('coordinator'));

  scenario('the agent of the primary stays dead', async (lab, watch) => {
    const primary = lab.member(await primaryOf(lab));
    primary.agent.restart = false;
    primary.agent.signal('SIGKILL');
    await failedOver(lab, watch, primary.id);
    primary.agent.restart = true;
    primary.agent.start();
  });

  scenario('the agent of the primary is asked to stop', async (lab, watch) => {
    const primary = lab.member(await primaryOf(lab));
    await primary.agent.stop();
    await failedOver(lab, watch, primary.id);
    primary.agent.start();
  });

  scenario(
    'the arbiter is lost, then the primary, then the arbiter returns',
    async (lab, watch) => {
      const primary = lab.member(await primaryOf(lab));
      const arbiter = lab.member('n3');
      await arbiter.powerOff();
      await noticedLossOf(lab, arbiter.id);
      await primary.powerOff();
      const since = watch.now();
      await duration(8_000);
      const ownWrites = watch.consumerRecords.filter(
        ({ outcome, sentAt }) => outcome === 'ack' && sentAt > since,
      );
      expect(ownWrites).toEqual([]); // One of three voters decides nothing.
      await arbiter.powerOn();
      await failedOver(lab, watch, primary.id);
      await primary.powerOn();
    },
  );

  scenario('the standby is lost, then the primary that went on alone', async (lab, watch) => {
    const primary = lab.member(await primaryOf(lab));
    const standby = lab.member(primary.id === 'n1' ? 'n2' : 'n1');
    await standby.powerOff();
    await noticedLossOf(lab, standby.id);
    await watch.writesAgain(watch.now() + 4_000, SERVICE_MS);
    await primary.powerOff();
    await standby.powerOn(); // It lacks acknowledged writes and must not be appointed.
    await duration(8_000);
    await primary.powerOn();
    await lab.waitHealthy();
    expect(await primaryOf(lab)).toBe(primary.id);
  });

  scenario(
    'all hosts lose their power; the old primary starts last, the others 5 s before',
    coldStart((lab, primary) => allBut(lab, primary), 5_000),
  );
  scenario(
    'all hosts lose their power; the arbiter starts last',
    coldStart((lab) => allBut(lab, 'n3'), 3_000),
  );
});
