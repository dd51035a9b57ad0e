import { execFileSync } from 'node:child_process';
import { eventually, passing } from '../fixtures/eventually.js';
import { ADDRESS } from '../fixtures/namespaces.js';
import { createBench, PORT, type Guard, type TwoHostBench } from '../fixtures/two-host-bench.js';

jest.setTimeout(20_000);

let bench: TwoHostBench;

beforeAll(async () => {
  bench = await createBench();
});

afterAll(() => bench.close());

const ip = (...words: readonly string[]): string => bench.run(bench.a, 'ip', ...words);
const lineOf = (address: string): string =>
  ip('-o', 'addr', 'show')
    .split('\n')
    .find((line) => line.includes(` ${address}/`)) ?? '';
const guardOf = (...vips: readonly (readonly [string, string])[]): Guard =>
  bench.guard({ vips: vips.map(([address, name]) => ({ address, interface: name })) });
const open = (guard: Guard, grantMs = 2400) => guard.enforce({ wish: 'open', grantMs });
const done = async (guard: Guard): Promise<void> => {
  await guard.enforce({ wish: 'lifted' });
  await guard.stop();
};

describe('an IPv6 VIP', () => {
  let guard: Guard;
  beforeAll(() => {
    guard = guardOf([`${ADDRESS.vip6}/64`, 'eth0']);
  });
  afterAll(() => done(guard));

  it('has a lifetime, is no source for others, and is usable at once', async () => {
    expect(await open(guard)).toMatchObject({
      ok: true,
      value: { fencing: 'address+port', vips: [{ state: 'held', validSeconds: 1 }] },
    });
    const line = lineOf(ADDRESS.vip6);
    expect(line).toMatch(/deprecated .*valid_lft 1sec preferred_lft 0sec/);
    expect(line).toMatch(/nodad/);
    expect(line).not.toMatch(/tentative/);
    const route = ip('-6', 'route', 'get', ADDRESS.b6);
    expect(route).toContain(`src ${ADDRESS.a6}`);
    expect(
      await bench.remote.ask({ do: 'connect', host: ADDRESS.vip6, port: PORT, from: ADDRESS.b6 }),
    ).toBe('connected');
  });

  it('brings no second route beside that of the host’s own address', () => {
    const routes = ip('-6', 'route', 'show', 'fd88::/64').trim().split('\n');
    expect(routes).toHaveLength(1);
  });

  it('is removed by the kernel, within the grant, when its holder stands still', async () => {
    await guard.hold({ wish: 'open', grantMs: 2400, everyMs: 200 });
    await passing(800);
    expect(lineOf(ADDRESS.vip6)).not.toBe('');
    guard.signal('SIGSTOP');
    await eventually('the kernel removes it', 2400, () => lineOf(ADDRESS.vip6) === '');
    guard.signal('SIGCONT');
    await guard.release();
  });

  it('goes at the release, and one of somebody else’s is left alone', async () => {
    await open(guard);
    await guard.enforce({ wish: 'closed' });
    expect(lineOf(ADDRESS.vip6)).toBe('');
    ip('addr', 'add', `${ADDRESS.vip6}/64`, 'dev', 'eth0', 'nodad');
    expect(await open(guard)).toMatchObject({ ok: false, error: { code: 'address-foreign' } });
    await guard.enforce({ wish: 'closed' });
    expect(lineOf(ADDRESS.vip6)).not.toBe('');
    ip('addr', 'del', `${ADDRESS.vip6}/64`, 'dev', 'eth0');
  });

  it('of a former life is swept', async () => {
    await open(guard, 1200);
    await guard.stop();
    expect(lineOf(ADDRESS.vip6)).not.toBe('');
    guard = guardOf([`${ADDRESS.vip6}/64`, 'eth0']);
    expect(await guard.sweep()).toMatchObject({ value: { removed: [ADDRESS.vip6] } });
    expect(lineOf(ADDRESS.vip6)).toBe('');
  });
});

describe('the prefix of a VIP', () => {
  it('brings no second route where the host has an address of that subnet', async () => {
    const guard = guardOf([`${ADDRESS.vip}/24`, 'eth0']);
    const before = ip('route', 'show');
    await open(guard);
    expect(lineOf(ADDRESS.vip)).toContain('noprefixroute');
    expect(ip('route', 'show')).toBe(before);
    await done(guard);
    expect(ip('route', 'show')).toBe(before);
  });

  it('may be that of the address alone', async () => {
    const guard = guardOf([`${ADDRESS.vip}/32`, 'eth0'], [`${ADDRESS.vip6}/128`, 'eth0']);
    expect(await open(guard)).toMatchObject({ ok: true, value: { fencing: 'address+port' } });
    const connect = (host: string) => bench.remote.ask({ do: 'connect', host, port: PORT });
    expect(await connect(ADDRESS.vip)).toBe('connected');
    expect(await connect(ADDRESS.vip6)).toBe('connected');
    await done(guard);
  });

  it('brings the route where nobody else does, so that the neighbours can be answered', async () => {
    ip('link', 'add', 'mv0', 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge');
    ip('link', 'set', 'mv0', 'up');
    const guard = guardOf(['10.99.0.100/24', 'mv0'], [`${ADDRESS.vip}/24`, 'eth0']);
    expect(await open(guard)).toMatchObject({
      ok: true,
      value: { vips: [{ state: 'held' }, { state: 'held' }] },
    });
    // The host's own address of another subnet does not count.
    expect(ip('route', 'show', '10.99.0.0/24')).toContain('dev mv0');
    bench.run(bench.b, 'ip', 'addr', 'add', '10.99.0.2/24', 'dev', 'eth0');
    const connect = { do: 'connect', host: '10.99.0.100', port: PORT, from: '10.99.0.2' } as const;
    await eventually('it answers there', 2000, async () => {
      return (await bench.remote.ask(connect)) === 'connected';
    });
    await done(guard);
    expect(ip('route', 'show', '10.99.0.0/24')).toBe('');
    bench.run(bench.b, 'ip', 'addr', 'del', '10.99.0.2/24', 'dev', 'eth0');
    ip('link', 'del', 'mv0');
  });
});

it('several VIPs on one interface go one by one, and take no other with them', async () => {
  const guard = guardOf(
    ['10.98.0.1/24', 'eth0'],
    ['10.98.0.2/24', 'eth0'],
    ['10.98.0.3/24', 'eth0'],
  );
  await guard.hold({ wish: 'open', grantMs: 2400, everyMs: 250 });
  expect(['10.98.0.1', '10.98.0.2', '10.98.0.3'].map(lineOf)).not.toContain('');
  // The first one is the subnet's primary address: the kernel removes the others with it.
  ip('addr', 'del', '10.98.0.1/24', 'dev', 'eth0');
  await eventually('all are here', 1000, () => {
    return !['10.98.0.1', '10.98.0.2', '10.98.0.3'].map(lineOf).includes('');
  });
  await guard.release();
  await done(guard);
  expect(ip('-o', 'addr', 'show')).not.toContain('10.98.0.');
});

const STACKED = [
  ['bond', 'bond7', ['link', 'add', 'bond7', 'type', 'bond']],
  ['VLAN', 'eth0.7', ['link', 'add', 'link', 'eth0', 'name', 'eth0.7', 'type', 'vlan', 'id', '7']],
  ['MACVLAN', 'mv7', ['link', 'add', 'mv7', 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge']],
] as const;

for (const [kind, name, words] of STACKED) {
  const reason = kernelLacks(words);
  if (reason !== null) {
    process.stderr.write(`    not tried here: a VIP on a ${kind} (${reason})\n`);
    continue;
  }
  it(`a VIP on a ${kind} is held by the interface's name`, async () => {
    ip(...words);
    ip('link', 'set', name, 'up');
    const guard = guardOf([`${ADDRESS.vip}/24`, name]);
    expect(await open(guard)).toMatchObject({ ok: true, value: { vips: [{ state: 'held' }] } });
    expect(lineOf(ADDRESS.vip)).toContain(name);
    await done(guard);
    ip('link', 'del', name);
  });
}

it('the slack of this kernel is measured at the start, and told', async () => {
  const guard = guardOf([`${ADDRESS.vip}/24`, 'eth0']);
  const told = await eventually('the measurement', 13_000, async () =>
    (await guard.news()).find((news) => news.kind === 'address-slack'),
  );
  expect(told).toEqual({ kind: 'address-slack', slackMs: expect.any(Number) as number });
  if (told.kind === 'address-slack') expect(told.slackMs).toBeLessThan(2000);
  expect(ip('-o', 'addr', 'show', 'dev', 'lo')).not.toContain('127.77.104.');
  await guard.stop();
});

/** Why an interface of this kind cannot be made here: the words of `ip`, or `null` when it can. */
function kernelLacks(words: readonly string[]): string | null {
  const namespace = `mhat-probe-${process.pid}`;
  const run = (...command: readonly string[]): string =>
    execFileSync('ip', command, { encoding: 'utf8', stdio: 'pipe' });
  run('netns', 'add', namespace);
  try {
    run('-n', namespace, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1');
    run('-n', namespace, ...words);
    return null;
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error).trim();
  } finally {
    run('netns', 'del', namespace);
  }
}
