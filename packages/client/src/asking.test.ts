import { Code, ConnectError } from '@connectrpc/connect';
import { connectCluster, type ConnectOptions } from './connect-cluster.js';
import type { Cluster } from './cluster.js';
import {
  healthyDual,
  refusal,
  ScriptedCluster,
  Stage,
  until,
  type MemberOptions,
  type ScriptedMember,
} from './testing/index.js';

const REFUSING = '127.0.0.1:1';

const stage = new Stage();
let scripted: ScriptedCluster;

beforeEach(() => {
  scripted = new ScriptedCluster(healthyDual());
  scripted.revision = 10;
});

afterEach(() => stage.clear());

const member = (id: string, options?: MemberOptions): Promise<ScriptedMember> =>
  stage.member(scripted, id, options);

function connect(endpoints: readonly string[], options: Partial<ConnectOptions> = {}): Cluster {
  const cluster = connectCluster({ endpoints, insecure: true, ...options });
  stage.atEnd(() => cluster.close());
  return cluster;
}

async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
  const before = performance.now();
  const value = await promise;
  expect(performance.now() - before).toBeLessThan(milliseconds);
  return value;
}

describe('asking', () => {
  test('knows the leader', async () => {
    const cluster = connect([(await member('n2')).address]);
    expect(await cluster.leader()).toEqual({
      id: 'n1',
      database: { host: '10.77.0.11', port: 5432 },
      epoch: 1207,
      vip: '10.77.0.100',
    });
  });

  test('goes past a member that refuses connections', async () => {
    const cluster = connect([REFUSING, (await member('n2')).address]);
    expect(await cluster.status()).toMatchObject({ answeredBy: 'n2' });
  });

  test('does not wait for a member that never answers', async () => {
    const n2 = await member('n2');
    const cluster = connect([await stage.blackHole(), n2.address]);
    expect(await within(2500, cluster.status())).toMatchObject({ answeredBy: 'n2' });
  });

  test('ends at its deadline when nobody answers', async () => {
    const address = await stage.blackHole();
    const cluster = connect([address]);
    const call = cluster.status({ timeoutMs: 300 });
    await expect(
      within(
        800,
        call.catch((error: unknown) => error),
      ),
    ).resolves.toMatchObject({
      code: 'deadline_exceeded',
      reasonCode: 'timed-out',
      message: expect.stringContaining(`asked ${address}`) as string,
    });
  });

  test('says whom it tried when no member is reachable', async () => {
    const cluster = connect([REFUSING]);
    await expect(cluster.status()).rejects.toMatchObject({
      code: 'unavailable',
      reasonCode: 'no-member-reachable',
      message: expect.stringContaining(REFUSING) as string,
    });
  });

  test('prefers a member that has not lost the others, and takes the other if it is alone', async () => {
    const n1 = await member('n1');
    n1.says({ stale: true, primary: 'n1' });
    const n2 = await member('n2');
    const cluster = connect([n1.address, n2.address]);
    scripted.change({ primary: 'n2', epoch: 1300n });
    expect(await cluster.leader()).toMatchObject({ id: 'n2', epoch: 1300 });
    await n2.stop();
    expect(await cluster.status()).toMatchObject({ answeredBy: 'n1', stale: true });
    await expect(cluster.leader()).rejects.toMatchObject({ reasonCode: 'no-primary' });
  });

  test('learns the other members and survives the loss of the one that it was given', async () => {
    const n1 = await member('n1');
    const n2 = await member('n2');
    scripted.changeMember('n1', { address: n1.address });
    scripted.changeMember('n2', { address: n2.address });
    const cluster = connect([n1.address]);
    await cluster.status();
    await n1.stop();
    expect(await cluster.status()).toMatchObject({ answeredBy: 'n2' });
  });

  test('takes what every member would answer alike from the first', async () => {
    const n1 = await member('n1');
    n1.fails(refusal(Code.PermissionDenied, 'not-permitted', 'viewers may not', { remedy: 'ask' }));
    const n2 = await member('n2');
    const cluster = connect([n1.address, n2.address]);
    await expect(cluster.explain()).rejects.toMatchObject({
      name: 'ClusterError',
      code: 'permission_denied',
      reasonCode: 'not-permitted',
      message: 'viewers may not',
      remedy: 'ask',
      cause: expect.any(ConnectError) as ConnectError,
    });
    expect(n2.calls.get('explain')).toBeUndefined();
  });

  test('honours an abort', async () => {
    const cluster = connect([await stage.blackHole()]);
    const controller = new AbortController();
    const call = cluster.history({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(call).rejects.toMatchObject({ code: 'canceled', reasonCode: 'aborted' });
  });

  test('sends its token', async () => {
    const n2 = await member('n2');
    const cluster = connect([n2.address], { token: 'secret' });
    await cluster.status();
    expect(n2.lastAuthorization()).toBe('Bearer secret');
  });

  test('waits for a primary', async () => {
    scripted.change({ primary: '' });
    const cluster = connect([(await member('n2')).address]);
    await expect(cluster.leader()).rejects.toMatchObject({ reasonCode: 'no-primary' });
    const primary = cluster.whenPrimary({ timeoutMs: 5000 });
    scripted.change({ primary: 'n2' });
    expect(await primary).toMatchObject({ id: 'n2' });
  });
});

describe('closing', () => {
  test('ends watches quietly and calls with a reason', async () => {
    const n1 = await member('n1');
    const cluster = connect([n1.address]);
    const watch = (async () => {
      for await (const event of cluster.watch()) throw new Error(event.type);
    })();
    await until(() => n1.calls.get('watch') === 1);
    const silent = connect([await stage.blackHole()]);
    const call = silent.status();
    await cluster.close();
    await silent.close();
    await watch;
    await expect(call).rejects.toMatchObject({ code: 'canceled', reasonCode: 'closed' });
    await expect(cluster.status()).rejects.toMatchObject({ reasonCode: 'closed' });
  });

  test('leaves no attempt to reach a host that vanished, so that the process can end', async () => {
    const vanished = await stage.vanished();
    await until(() => attemptsToConnect() === 0);
    const cluster = connect([vanished, (await member('n2')).address]);
    expect(await cluster.status()).toMatchObject({ answeredBy: 'n2' });
    expect(attemptsToConnect()).toBe(1);
    await cluster.close();
    await until(() => attemptsToConnect() === 0);
  });
});

describe('an attempt to reach a host that vanished', () => {
  test('is given up with the call, and does not hang in the kernel for minutes', async () => {
    const vanished = await stage.vanished();
    await until(() => attemptsToConnect() === 0);
    const cluster = connect([vanished]);
    await expect(cluster.status()).rejects.toMatchObject({ reasonCode: 'no-member-reachable' });
    await until(() => attemptsToConnect() === 0);
  });
});

/** Connections of this process that the kernel is still trying to open. */
function attemptsToConnect(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'ConnectWrap').length;
}
