import { eventually, passing } from '../fixtures/eventually.js';
import { ADDRESS } from '../fixtures/namespaces.js';
import { createBench, PORT, type Guard, type TwoHostBench } from '../fixtures/two-host-bench.js';

jest.setTimeout(20_000);

let bench: TwoHostBench;
let guard: Guard;

beforeAll(async () => {
  bench = await createBench();
  guard = bench.guard();
});

afterAll(() => bench.close());

const database = { host: ADDRESS.a, port: PORT };
const connect = (from: string, id?: string): Promise<string> =>
  bench.remote.ask({ do: 'connect', ...database, from, ...(id === undefined ? {} : { id }) });
const connectLocally = (host: string): Promise<string> =>
  bench.local.ask({ do: 'connect', host, port: PORT });
const ping = (id: string): Promise<string> => bench.remote.ask({ do: 'ping', id });

describe('the database port on a real kernel', () => {
  it('answers everyone with a reset while closed, local consumers too', async () => {
    expect(await guard.enforce({ wish: 'closed' })).toMatchObject({ ok: true });
    expect(await connect(ADDRESS.b)).toBe('ECONNREFUSED');
    expect(await connect(ADDRESS.stranger)).toBe('ECONNREFUSED');
    expect(await connectLocally('127.0.0.1')).toBe('ECONNREFUSED');
    expect(await connectLocally(ADDRESS.a)).toBe('ECONNREFUSED');
    expect(await connectLocally('::1')).toBe('ECONNREFUSED');
    expect(await guard.state()).toMatchObject({ port: 'closed', portLeftMs: 0, fencing: 'port' });
  });

  it('lets the members pass before the gate, and nobody else', async () => {
    expect(await guard.enforce({ wish: 'peers', grantMs: 5000 })).toMatchObject({
      value: { port: 'peers', fencing: 'port', vips: [{ state: 'absent' }] },
    });
    expect(await connect(ADDRESS.b)).toBe('connected');
    expect(await connect(ADDRESS.stranger)).toBe('ECONNREFUSED');
    expect(await connectLocally('127.0.0.1')).toBe('ECONNREFUSED');
    const overIpv6 = (from: string): Promise<string> =>
      bench.remote.ask({ do: 'connect', host: ADDRESS.a6, port: PORT, from });
    expect(await overIpv6(ADDRESS.b6)).toBe('connected');
    expect(await overIpv6(ADDRESS.stranger6)).toBe('ECONNREFUSED');
    expect(await guard.state()).toMatchObject({ port: 'peers', fencing: 'port' });
  });

  it('takes in a member that came, and leaves one out that went', async () => {
    await guard.setPeers([ADDRESS.stranger]);
    await guard.enforce({ wish: 'peers', grantMs: 5000 });
    expect(await connect(ADDRESS.stranger)).toBe('connected');
    expect(await connect(ADDRESS.b)).toBe('ECONNREFUSED');
    await guard.setPeers([ADDRESS.b, ADDRESS.b6]);
  });

  it('lets everyone pass after the gate, local consumers through the VIP too', async () => {
    expect(await guard.enforce({ wish: 'open', grantMs: 5000 })).toMatchObject({
      value: { port: 'open', fencing: 'address+port', vips: [{ state: 'held', validSeconds: 4 }] },
    });
    expect(await connect(ADDRESS.stranger)).toBe('connected');
    expect(await connectLocally('127.0.0.1')).toBe('connected');
    expect(await connectLocally(ADDRESS.vip)).toBe('connected');
    const vip = { do: 'connect', host: ADDRESS.vip, port: PORT } as const;
    expect(await bench.remote.ask(vip)).toBe('connected');
    expect(await guard.state()).toMatchObject({ port: 'open', fencing: 'address+port' });
  });

  it('cuts established connections when it closes, those of local consumers too', async () => {
    await guard.enforce({ wish: 'open', grantMs: 5000 });
    expect(await connect(ADDRESS.stranger, 'cut')).toBe('connected');
    const local = { host: '127.0.0.1', port: PORT, id: 'cut' };
    expect(await bench.local.ask({ do: 'connect', ...local })).toBe('connected');
    expect(await ping('cut')).toBe('echo');
    await guard.enforce({ wish: 'closed' });
    expect(await ping('cut')).toBe('gone');
    expect(await bench.local.ask({ do: 'ping', id: 'cut' })).toBe('gone');
  });

  it('narrows to the members without cutting them', async () => {
    await guard.enforce({ wish: 'open', grantMs: 5000 });
    await connect(ADDRESS.b, 'standby');
    await connect(ADDRESS.stranger, 'client');
    await guard.enforce({ wish: 'peers', grantMs: 5000 });
    expect(await ping('standby')).toBe('echo');
    expect(await ping('client')).toBe('gone');
  });

  it('is not ours to touch on a proven standby', async () => {
    await guard.enforce({ wish: 'closed' });
    expect(await guard.enforce({ wish: 'lifted' })).toMatchObject({
      value: { port: 'lifted', fencing: 'none' },
    });
    expect(bench.run(bench.a, 'nft', 'list', 'tables')).toBe('');
    expect(await connect(ADDRESS.stranger)).toBe('connected');
    expect(await guard.state()).toMatchObject({ port: 'lifted', fencing: 'none' });
  });
});

it('refuses a member that is named instead of addressed, and opens to nobody', async () => {
  const named = bench.guard({ peers: ['n2.example'] });
  expect(await named.enforce({ wish: 'peers', grantMs: 5000 })).toMatchObject({
    ok: false,
    error: { code: 'bad-address', remedy: expect.stringContaining('members[]') as string },
  });
  expect(await named.state()).toMatchObject({ port: 'closed' });
  await named.enforce({ wish: 'lifted' });
  await named.stop();
});

describe('a standby', () => {
  it('keeps its readers when its agent restarts', async () => {
    await connect(ADDRESS.stranger, 'reader');
    const restarted = bench.guard();
    await restarted.sweep();
    await restarted.enforce({ wish: 'lifted' });
    expect(await ping('reader')).toBe('echo');
    await restarted.stop();
  });

  it('resets the clients of the VIP that it held, then frees the port', async () => {
    await guard.enforce({ wish: 'open', grantMs: 5000 });
    const client = { host: ADDRESS.vip, port: PORT, from: ADDRESS.stranger, id: 'vip' } as const;
    await bench.remote.ask({ do: 'connect', ...client });
    expect(await guard.enforce({ wish: 'lifted' })).toMatchObject({
      value: { port: 'lifted', vips: [{ state: 'absent' }] },
    });
    expect(await ping('vip')).not.toBe('echo');
    expect(await connect(ADDRESS.stranger)).toBe('connected');
  });
});

describe('a port lease that is not renewed', () => {
  it('stops an established connection within the grant, shortly before its end', async () => {
    const { until } = await guard.enforce({ wish: 'open', grantMs: 1000 });
    await connect(ADDRESS.stranger, 'flood');
    await bench.remote.ask({ do: 'flood', id: 'flood' });
    await passing(1100);
    const { lastEchoAt } = await bench.remote.ask<{ lastEchoAt: number }>({ do: 'stopFlood' });
    expect(lastEchoAt).toBeLessThanOrEqual(until);
    expect(lastEchoAt).toBeGreaterThan(until - 400);
    expect(await connect(ADDRESS.b)).toBe('ECONNREFUSED');
  });

  it('survives no freeze of its holder, and no revival after it', async () => {
    await guard.hold({ wish: 'open', grantMs: 800, everyMs: 100 });
    await passing(1000);
    expect(await connect(ADDRESS.stranger, 'held')).toBe('connected');
    guard.signal('SIGSTOP');
    const probe = { do: 'probe', ...database, from: ADDRESS.stranger } as const;
    const frozenAt = Number(process.hrtime.bigint()) / 1e6;
    await bench.remote.ask(probe);
    await passing(1000);
    const seen = await bench.remote.ask<{ lastConnectAt: number }>({ do: 'stopProbe' });
    expect(seen.lastConnectAt).toBeLessThanOrEqual(frozenAt + 800);
    expect(await ping('held')).toBe('gone');
    guard.signal('SIGCONT');
    await guard.release();
  });

  // Every look at the clock, from the plan to the last one, may be followed by a freeze.
  it.each([1, 2, 3, 4, 5])(
    'cannot be brought back by a call that was delayed at look %d',
    async (n) => {
      await guard.enforce({ wish: 'closed' });
      const probe = { do: 'probe', ...database, from: ADDRESS.stranger } as const;
      await bench.remote.ask(probe);
      const delayed = {
        wish: 'open',
        vip: false,
        grantMs: 300,
        pauseAfterLook: n,
        pauseMs: 400,
      } as const;
      const { until } = await guard.enforce(delayed);
      await passing(50);
      const { lastConnectAt } = await bench.remote.ask<{ lastConnectAt: number }>({
        do: 'stopProbe',
      });
      expect(lastConnectAt).toBeLessThanOrEqual(until);
      expect(await guard.state()).toMatchObject({ port: 'closed' });
    },
  );
});

describe('others on the same host', () => {
  it('keep their tables, whatever ours goes through', async () => {
    const others =
      'table inet other { chain c { type filter hook input priority 0; tcp dport 22 accept; }; }';
    bench.run(bench.a, 'nft', others);
    const before = bench.run(bench.a, 'nft', 'list', 'table', 'inet', 'other');
    await guard.enforce({ wish: 'open', grantMs: 2000 });
    await guard.enforce({ wish: 'closed' });
    await guard.enforce({ wish: 'lifted' });
    await guard.sweep();
    expect(bench.run(bench.a, 'nft', 'list', 'ruleset')).toBe(before);
    bench.run(bench.a, 'nft', 'delete', 'table', 'inet', 'other');
  });

  it('may run an agent for another port', async () => {
    const second = bench.guard({ databasePort: 5433, vips: [] });
    await second.enforce({ wish: 'closed' });
    await guard.enforce({ wish: 'open', grantMs: 2000 });
    expect(await connect(ADDRESS.stranger)).toBe('connected');
    await guard.enforce({ wish: 'lifted' });
    expect(await second.state()).toMatchObject({ port: 'closed' });
    await second.stop();
    bench.run(bench.a, 'nft', 'delete', 'table', 'inet', 'mha4rdb_5433');
  });

  it.each([
    ['flush the ruleset', ['flush', 'ruleset']],
    ['flush our rules', ['flush', 'table', 'inet', 'mha4rdb_5432']],
    ['delete our closing chain', ['delete', 'chain', 'inet', 'mha4rdb_5432', 'output']],
  ])('do not open the port for long when they %s', async (_case, command) => {
    await guard.enforce({ wish: 'closed' });
    if (command[0] === 'delete') {
      bench.run(bench.a, 'nft', 'flush', 'chain', 'inet', 'mha4rdb_5432', 'output');
    }
    bench.run(bench.a, 'nft', ...command);
    await eventually('the fence stands again', 2000, async () => {
      await guard.enforce({ wish: 'closed' });
      return (await guard.state()).port === 'closed';
    });
    expect(await connect(ADDRESS.stranger)).toBe('ECONNREFUSED');
  });
});
