import { createCluster, voters, stateOf, dispatch } from '../testing/cluster.js';
import { elect, leaders, propose, stabilize } from '../testing/drive.js';
it('bench', () => {
  const c = createCluster(voters(3), 1);
  elect(c, 'a' as never);
  let n = 0;
  c.observers.push(() => {
    n++;
  });
  for (const L of [0, 1, 2]) {
    n = 0;
    const t = process.hrtime.bigint();
    for (let i = 0; i < 3000; i++) {
      propose(c, leaders(c)[0]!, 'x' + i);
      stabilize(c);
    }
    const ns = Number(process.hrtime.bigint() - t);
    process.stdout.write(
      JSON.stringify({
        n,
        perEventUs: ns / 1000 / n,
        len: stateOf(c, 'a' as never).log.entries.length,
      }) + '\n',
    );
  }
  const t = process.hrtime.bigint();
  for (let i = 0; i < 100000; i++) dispatch(c, 'b' as never, { kind: 'tick', now: c.now });
  process.stdout.write('tick us ' + Number(process.hrtime.bigint() - t) / 1e8 + '\n');
});
