import { eventually } from '../fixtures/eventually.js';
import { ADDRESS } from '../fixtures/namespaces.js';
import { createBench, PORT, type Guard, type TwoHostBench } from '../fixtures/two-host-bench.js';

jest.setTimeout(20_000);

let bench: TwoHostBench;
let guard: Guard;

beforeAll(async () => {
  bench = await createBench();
  guard = bench.guard({
    vips: [
      { address: `${ADDRESS.vip}/24`, interface: 'eth0' },
      { address: `${ADDRESS.vip6}/64`, interface: 'eth0' },
    ],
  });
});

afterAll(() => bench.close());

const open = () => guard.enforce({ wish: 'open', grantMs: 5000 });
const connect = (id: string, host: string, from?: string) =>
  bench.remote.ask({ do: 'connect', host, port: PORT, id, ...(from !== undefined && { from }) });
const isReset = (id: string) =>
  eventually(
    `${id} learns of it`,
    500,
    async () => (await bench.remote.ask({ do: 'state', id })) === 'gone',
  );

describe('clients that only wait for an answer', () => {
  it.each([
    ['closed', ADDRESS.vip],
    ['closed', ADDRESS.vip6],
    ['lifted', ADDRESS.vip],
    ['closed', ADDRESS.a],
  ] as const)('are reset when the wish is "%s", at %s', async (wish, host) => {
    await open();
    expect(await connect('waits', host)).toBe('connected');
    expect(await bench.remote.ask({ do: 'state', id: 'waits' })).toBe('open');
    await guard.enforce({ wish });
    await isReset('waits');
  });

  it('of a consumer on the same host is reset, too', async () => {
    await open();
    const local = { do: 'connect', host: ADDRESS.vip, port: PORT, id: 'local' } as const;
    expect(await bench.local.ask(local)).toBe('connected');
    await guard.enforce({ wish: 'closed' });
    await eventually('it learns of it', 500, async () => {
      return (await bench.local.ask({ do: 'state', id: 'local' })) === 'gone';
    });
  });

  it('are reset at a hand-over, and the peers go on streaming', async () => {
    await open();
    expect(await connect('client', ADDRESS.vip, ADDRESS.stranger)).toBe('connected');
    expect(await connect('standby', ADDRESS.a, ADDRESS.b)).toBe('connected');
    expect(await connect('standby6', ADDRESS.a6, ADDRESS.b6)).toBe('connected');
    await guard.enforce({ wish: 'peers', grantMs: 5000 });
    await isReset('client');
    expect(await bench.remote.ask({ do: 'ping', id: 'standby' })).toBe('echo');
    expect(await bench.remote.ask({ do: 'ping', id: 'standby6' })).toBe('echo');
    await guard.enforce({ wish: 'closed' });
    await isReset('standby');
  });
});

describe('tracked connections', () => {
  const tracked = (): string => bench.run(bench.a, 'cat', '/proc/net/nf_conntrack');
  const entries = (address: string): number =>
    tracked()
      .split('\n')
      .filter((line) => line.includes(`dst=${address} `) && line.includes('dport=5432')).length;

  beforeAll(() => {
    bench.run(
      bench.a,
      'nft',
      'table inet stateful { chain c { type filter hook input priority 10; ct state established accept; }; }',
    );
  });
  afterAll(() => {
    bench.run(bench.a, 'nft', 'delete', 'table', 'inet', 'stateful');
  });

  it('of the VIP are forgotten at the release, all others are not', async () => {
    await open();
    await connect('four', ADDRESS.vip);
    await connect('own', ADDRESS.a, ADDRESS.b);
    for (const id of ['four', 'own']) await bench.remote.ask({ do: 'ping', id });
    expect(entries(ADDRESS.vip)).toBeGreaterThan(0);
    const others = entries(ADDRESS.a);
    expect(others).toBeGreaterThan(0);
    await guard.enforce({ wish: 'closed' });
    expect(entries(ADDRESS.vip)).toBe(0);
    expect(entries(ADDRESS.a)).toBe(others);
  });
});
