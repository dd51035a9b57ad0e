import { passing } from '../fixtures/eventually.js';
import { ADDRESS } from '../fixtures/namespaces.js';
import { createBench, type Guard, type TwoHostBench } from '../fixtures/two-host-bench.js';

jest.setTimeout(60_000);

/** Of one core, by the process's own processor time: what others do on the machine does not count. */
const MOST_PER_CENT = 0.5;
const WARM_UP_MS = 4000;
const MEASURED_MS = 15_000;

let bench: TwoHostBench;

beforeAll(async () => {
  bench = await createBench();
});

afterAll(() => bench.close());

it('holding two VIPs and the port lease takes less than half a per cent of a core', async () => {
  const holder = bench.guard({
    vips: [
      { address: `${ADDRESS.vip}/24`, interface: 'eth0' },
      { address: `${ADDRESS.vip6}/64`, interface: 'eth0' },
    ],
  });
  // Wakes as often, as an agent does anyway, and holds nothing.
  const idle = bench.guard({ databasePort: 5433, vips: [] });
  await idle.hold({ wish: 'lifted', everyMs: 250 });
  await holder.hold({ wish: 'open', grantMs: 2400, everyMs: 250 });
  await passing(WARM_UP_MS);
  const before = [await spent(holder), await spent(idle)] as const;
  await passing(MEASURED_MS);
  const after = [await spent(holder), await spent(idle)] as const;
  const [held, rested] = [after[0] - before[0], after[1] - before[1]];
  const perCent = ((held - rested) / MEASURED_MS) * 100;
  process.stderr.write(
    `    two VIPs and the port lease, a heartbeat of 250 ms: ${perCent.toFixed(3)} % of a core\n`,
  );
  expect(perCent).toBeLessThan(MOST_PER_CENT);
  await holder.stop();
  await idle.stop();
});

/** Processor time of a process so far, in milliseconds. */
async function spent(guard: Guard): Promise<number> {
  const { cpu } = await guard.cost();
  return (cpu.user + cpu.system) / 1000;
}
