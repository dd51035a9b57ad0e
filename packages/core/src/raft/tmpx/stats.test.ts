import { runChaos, heal } from '../testing/chaos.js';
it('stats', () => {
  for (const size of [3, 5])
    for (let seed = 0; seed < 12; seed++) {
      const t = Date.now();
      const run = runChaos(seed * 31 + size, size, 8000);
      const t2 = Date.now();
      const c = {
        ev: run.checker.events,
        ms: t2 - t,
        leaders: run.checker.leaderOfTerm.size,
        committed: run.checker.committed.length,
        crashes: run.crashes,
        prop: run.proposals,
      };
      let snaps = 0;
      run.cluster.observers.push((_h, r) => {
        for (const e of r.effects) if (e.kind === 'restoreSnapshot') snaps++;
      });
      heal(run);
      process.stdout.write(
        size +
          ' ' +
          seed +
          ' ' +
          JSON.stringify({
            ...c,
            healMs: Date.now() - t2,
            healEv: run.checker.events - c.ev,
            snaps,
          }) +
          '\n',
      );
    }
});
