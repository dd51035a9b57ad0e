import { waitUntil, type Lab } from '@mha4rdb/tools/lab';
import { clusterSuite } from '../support/cluster-suite.js';
import { SERVICE_MS, duration, noticedLossOf, primaryOf } from '../support/moments.js';

/** What is written by hand makes the stray log longer than the true one. */
const BY_HAND = `set synchronous_commit = local;
  create table by_hand as select generate_series(1, 20000) as n;`;

clusterSuite('databases that somebody promotes by hand', { mode: 'cluster' }, ({ scenario }) => {
  scenario('a standby is promoted by hand and written to', async (lab) => {
    const { primary, stray } = await cast(lab);
    await promoteByHand(lab, stray.id);
    await lab.waitHealthy();
    expect(await primaryOf(lab)).toBe(primary.id);
    await nowhereByHand(lab);
  });

  // The stray log is longer than the one that has every acknowledged write, and its timeline gets the
  // number that the next true promotion has too.
  scenario(
    'a standby is promoted by hand, its agent hung, and then the primary is lost',
    async (lab, watch) => {
      const { primary, stray } = await cast(lab);
      stray.agent.signal('SIGSTOP');
      await promoteByHand(lab, stray.id);
      await watch.writesAgain(watch.now(), SERVICE_MS);
      await primary.powerOff();
      const since = watch.now();
      stray.agent.signal('SIGCONT');
      await noticedLossOf(lab, primary.id);
      await duration(8_000);
      const written = watch.consumerRecords.filter(
        ({ outcome, sentAt }) => outcome === 'ack' && sentAt > since,
      );
      expect(written).toEqual([]); // One sealed standby of two is no evidence, and the stray one is none.
      await primary.powerOn();
      await lab.waitHealthy();
      await watch.writesAgain(watch.now(), SERVICE_MS);
      await nowhereByHand(lab);
    },
  );
});

async function cast(lab: Lab) {
  const primary = lab.member(await primaryOf(lab));
  const stray = lab.dataMembers.find(({ id }) => id !== primary.id);
  if (stray === undefined) throw new Error('no standby');
  return { primary, stray };
}

async function promoteByHand(lab: Lab, id: string): Promise<void> {
  const stray = lab.member(id);
  await lab.sql(stray, 'select pg_promote(true, 10)', 'postgres');
  // Its agent may have stopped it already, which is what agents are for.
  await lab.sql(stray, BY_HAND, 'postgres').catch(() => undefined);
}

async function nowhereByHand(lab: Lab): Promise<void> {
  for (const member of lab.dataMembers) {
    await waitUntil(
      async () =>
        (await lab.sql(member, `select to_regclass('by_hand') is null`, 'postgres')).includes('t'),
      { timeoutMs: SERVICE_MS, everyMs: 500, what: `no trace of it on ${member.id}` },
    );
  }
}
