import { writeFileSync } from 'node:fs';
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

const ip = (...words: readonly string[]): string => bench.run(bench.a, 'ip', ...words);
const vipLine = (): string =>
  ip('-o', '-4', 'addr', 'show')
    .split('\n')
    .find((line) => line.includes(ADDRESS.vip)) ?? '';
const open = (grantMs: number) => guard.enforce({ wish: 'open', grantMs });
const close = () => guard.enforce({ wish: 'closed' });

describe('a VIP on a real kernel', () => {
  it('appears with a lifetime and our mark, and goes at the release', async () => {
    expect(await open(2400)).toMatchObject({ ok: true });
    expect(vipLine()).toMatch(/10\.88\.0\.100\/24 .* eth0:mha.* valid_lft 1sec/);
    expect(await close()).toMatchObject({ ok: true });
    expect(vipLine()).toBe('');
    expect(await close()).toMatchObject({ ok: true });
  });

  it('is removed by the kernel, within the grant, when its holder stands still', async () => {
    await guard.hold({ wish: 'open', grantMs: 2400, everyMs: 200 });
    await passing(1500);
    expect(vipLine()).not.toBe('');
    guard.signal('SIGSTOP');
    const frozenAt = performance.now();
    await eventually('the kernel removes the VIP', 2400, () => vipLine() === '');
    expect(performance.now() - frozenAt).toBeLessThan(2400);
    guard.signal('SIGCONT');
    await guard.release();
    await close();
  });

  it('has no lifetime under a short grant, where the port lease alone fences', async () => {
    await open(1200);
    expect(vipLine()).toContain('valid_lft forever');
    expect(await guard.state()).toMatchObject({
      fencing: 'port',
      vips: [{ state: 'held', validSeconds: null }],
    });
    await close();
  });

  it.each([2400, 1200])('comes back when somebody removed it, grant %d ms', async (grantMs) => {
    await open(grantMs);
    ip('addr', 'del', `${ADDRESS.vip}/24`, 'dev', 'eth0');
    await eventually('the VIP is back', 2000, async () => {
      await open(grantMs);
      return vipLine().includes('eth0:mha');
    });
    await close();
  });

  // From the first look at the clock to the one after the address was added.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'does not stay when the process froze at look %d',
    async (n) => {
      await close();
      await guard.enforce({ wish: 'open', grantMs: 300, pauseAfterLook: n, pauseMs: 400 });
      expect(vipLine()).toBe('');
    },
  );

  it('leaves the host’s own address alone', () => {
    expect(ip('-o', '-4', 'addr', 'show', 'dev', 'eth0')).toContain(`${ADDRESS.a}/24`);
  });
});

describe('the neighbours', () => {
  const neighbour = (): string => bench.run(bench.b, 'ip', 'neigh', 'show', ADDRESS.vip);
  const mac = (): string => bench.run(bench.a, 'cat', '/sys/class/net/eth0/address').trim();

  it.each([
    ['request', 'reply'],
    ['reply', 'request'],
  ])('learn the new owner from the %s form alone', async (_form, other) => {
    bench.run(
      bench.b,
      'nft',
      `add table arp only; add chain arp only c { type filter hook input priority 0; }; add rule arp only c arp operation ${other} drop`,
    );
    bench.run(
      bench.b,
      'ip',
      'neigh',
      'replace',
      ADDRESS.vip,
      'lladdr',
      '02:00:00:00:00:99',
      'dev',
      'eth0',
      'nud',
      'stale',
    );
    expect(neighbour()).toContain('02:00:00:00:00:99');
    await open(2400);
    await eventually('the neighbour table is right', 1000, () => neighbour().includes(mac()));
    await close();
    bench.run(bench.b, 'nft', 'delete', 'table', 'arp', 'only');
  });

  it('hear nothing more after the release, though repetitions were planned', async () => {
    const heard = (): number =>
      Number(/packets (\d+)/.exec(bench.run(bench.b, 'nft', 'list', 'table', 'arp', 'count'))?.[1]);
    bench.run(
      bench.b,
      'nft',
      `add table arp count; add chain arp count c { type filter hook input priority 0; }; add rule arp count c arp saddr ip ${ADDRESS.vip} counter`,
    );
    await open(5000);
    await eventually('the first repetition', 1000, () => heard() >= 4);
    await close();
    const before = heard();
    await passing(1200);
    expect(heard()).toBe(before);
    bench.run(bench.b, 'nft', 'delete', 'table', 'arp', 'count');
  });

  it('hear nothing from a process that wakes after its grant', async () => {
    await open(1200);
    guard.signal('SIGSTOP');
    await passing(1300);
    bench.run(
      bench.b,
      'nft',
      `add table arp count; add chain arp count c { type filter hook input priority 0; }; add rule arp count c arp saddr ip ${ADDRESS.vip} counter`,
    );
    guard.signal('SIGCONT');
    await guard.state();
    await passing(300);
    expect(bench.run(bench.b, 'nft', 'list', 'table', 'arp', 'count')).toContain('packets 0');
    bench.run(bench.b, 'nft', 'delete', 'table', 'arp', 'count');
    await close();
  });
});

describe('the sweep at start', () => {
  const die = async (): Promise<void> => {
    await guard.sweep(true);
    await open(1200); // too short for a lifetime: the VIP stays
    await guard.stop(); // kill -9
    expect(vipLine()).not.toBe('');
  };

  it('removes the VIP and closes the port that a killed process left', async () => {
    await die();
    guard = bench.guard();
    expect(await guard.sweep()).toMatchObject({
      ok: true,
      value: { removed: [ADDRESS.vip], problems: [] },
    });
    expect(vipLine()).toBe('');
    expect(await guard.state()).toMatchObject({ port: 'closed' });
  });

  it('keeps them for a restart beside a running primary, and no connection is cut', async () => {
    await guard.hold({ wish: 'open', grantMs: 6000, everyMs: 200 });
    const client = { host: ADDRESS.vip, port: PORT, from: ADDRESS.stranger, id: 'kept' } as const;
    expect(await bench.remote.ask({ do: 'connect', ...client })).toBe('connected');
    await guard.stop();
    guard = bench.guard();
    expect(await guard.sweep(true)).toMatchObject({ ok: true, value: { removed: [] } });
    expect(await guard.state()).toMatchObject({ port: 'open', fencing: 'address+port' });
    expect(await guard.enforce({ wish: 'open', grantMs: 6000 })).toMatchObject({ ok: true });
    expect(await bench.remote.ask({ do: 'ping', id: 'kept' })).toBe('echo');
  });

  it('removes what an edited configuration does not name any more, table and VIP', async () => {
    await die();
    guard = bench.guard({
      databasePort: 5433,
      vips: [{ address: '10.88.0.101/24', interface: 'eth0' }],
    });
    expect(await guard.sweep(true)).toMatchObject({ value: { removed: [ADDRESS.vip] } });
    expect(vipLine()).toBe('');
    expect(bench.run(bench.a, 'nft', 'list', 'tables')).not.toContain('mha4rdb_5432');
    await guard.stop();
    guard = bench.guard();
    await guard.sweep();
  });

  it('goes on without a damaged record, and says so', async () => {
    writeFileSync(bench.settings.stateFile, '{"version":1,"vips":');
    expect(await guard.sweep()).toMatchObject({
      ok: true,
      value: { problems: [{ code: 'state-file' }] },
    });
    expect(await guard.sweep()).toMatchObject({ ok: true, value: { problems: [] } });
  });

  it('touches no address of somebody else, and the guard refuses to take it', async () => {
    ip('addr', 'add', `${ADDRESS.vip}/24`, 'dev', 'eth0');
    expect(await guard.sweep()).toMatchObject({ value: { removed: [] } });
    expect(await open(2400)).toMatchObject({
      ok: false,
      error: { code: 'address-foreign', message: expect.stringContaining('eth0') as string },
    });
    await close();
    expect(vipLine()).toContain('valid_lft forever');
    expect(await guard.preflight()).toMatchObject([{ code: 'address-foreign' }]);
    ip('addr', 'del', `${ADDRESS.vip}/24`, 'dev', 'eth0');
  });
});

describe('a host where it cannot work', () => {
  it('is fine when it is fine', async () => {
    expect(await guard.preflight()).toEqual([]);
    expect(bench.run(bench.a, 'nft', 'list', 'tables')).not.toContain('mha4rdb_5433');
  });

  it('says what is missing: no permission', async () => {
    const dropped = ['-net_admin', '-net_raw'].join(',');
    const through = ['setpriv', '--bounding-set', dropped, '--inh-caps', dropped];
    const powerless = bench.guard({}, through);
    const findings = await powerless.preflight();
    expect(findings.map(({ code }) => code)).toEqual(['no-permission', 'no-permission']);
    for (const { remedy } of findings) expect(remedy).toContain('CAP_NET_ADMIN');
    expect(await powerless.enforce({ wish: 'closed' })).toMatchObject({
      ok: false,
      error: { code: 'no-permission' },
    });
    await powerless.stop();
  });

  it('says what is wrong: interface, peer and address, all at once', async () => {
    const wrong = bench.guard({
      peers: ['n2.example'],
      vips: [
        { address: `${ADDRESS.vip}/24`, interface: 'eth7' },
        { address: '10.88.0.100', interface: 'eth0' },
      ],
    });
    const findings = await wrong.preflight();
    expect(findings.map(({ code }) => code)).toEqual([
      'bad-address',
      'bad-address',
      'interface-missing',
    ]);
    for (const { remedy } of findings) expect(remedy).toBeTruthy();
    await wrong.stop();
  });

  it('does not put a VIP on an interface that is down', async () => {
    ip('link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1p');
    const down = bench.guard({ vips: [{ address: '10.88.1.100/24', interface: 'eth1' }] });
    expect(await down.enforce({ wish: 'open', grantMs: 2000 })).toMatchObject({
      ok: false,
      error: { code: 'interface-down', remedy: 'ip link set eth1 up' },
    });
    expect(await down.preflight()).toMatchObject([{ code: 'interface-down' }]);
    await down.stop();
  });
});
