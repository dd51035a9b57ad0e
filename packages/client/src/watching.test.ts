import { Code } from '@connectrpc/connect';
import { connectCluster, type ConnectOptions } from './connect-cluster.js';
import type { Cluster } from './cluster.js';
import type { ClusterEvent } from './events/cluster-event.js';
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

describe('watching', () => {
  function collect(
    cluster: Cluster,
    options = {},
  ): { events: ClusterEvent[]; done: Promise<void> } {
    const events: ClusterEvent[] = [];
    const done = (async () => {
      for await (const event of cluster.watch(options)) events.push(event);
    })();
    return { events, done };
  }

  const told = (events: readonly ClusterEvent[]): string[] =>
    events.map(({ type, revision }) => `${type}@${revision}`);

  function becomesLeader(id: string, epoch: bigint): void {
    scripted.change({ primary: id, epoch });
    const database = { host: id, port: 5432 };
    scripted.commit({ type: 'leaderChanged', epoch, leader: { id, database, epoch } });
  }

  test('follows a change of leader through the loss of the member that it listens to', async () => {
    const n1 = await member('n1');
    const n2 = await member('n2');
    const cluster = connect([n1.address, n2.address]);
    const { events } = collect(cluster);
    await until(() => n1.calls.get('watch') === 1);
    scripted.commit({ type: 'leaderLost', from: 'n1', epoch: 1207n });
    await until(() => events.length === 1);
    await n1.stop();
    becomesLeader('n2', 1300n);
    await until(() => events.some(({ type }) => type === 'leaderChanged'));
    expect(told(events)).toEqual(['leaderLost@11', 'leaderChanged@12']);
  });

  test('tells each event once while members come and go', async () => {
    const first = await member('n1');
    const port = Number(first.address.split(':')[1]);
    const cluster = connect([first.address, (await member('n2')).address]);
    const { events } = collect(cluster, { fromRevision: 10 });
    let n1 = first;
    for (let round = 0; round < 4; round += 1) {
      scripted.commit({ type: 'switchoverCompleted', operationId: `o${round}` });
      scripted.commit({ type: 'leaderLost' }, true);
      await n1.stop();
      scripted.commit({ type: 'settingsChanged' });
      n1 = await member('n1', { port });
    }
    await until(() => events.some(({ revision }) => revision === 18));
    expect(told(events)).toEqual(
      [11, 13, 15, 17].flatMap((revision) => [
        `switchoverCompleted@${revision}`,
        `leaderLost@${revision}`,
        `settingsChanged@${revision + 1}`,
      ]),
    );
  });

  test('leaves a member whose host lost power, though no reset says so', async () => {
    const n1 = await member('n1');
    const path = await stage.pathTo(n1);
    const n2 = await member('n2');
    const cluster = connect([path.address, n2.address]);
    const { events } = collect(cluster, { fromRevision: 10 });
    scripted.commit({ type: 'settingsChanged' });
    await until(() => events.length === 1);
    path.cut();
    becomesLeader('n2', 1300n);
    await until(() => events.length === 2);
    expect(told(events)).toEqual(['settingsChanged@11', 'leaderChanged@12']);
    expect(n1.calls.get('watch')).toBe(1);
  });

  test('leaves a member that never answers for one that does', async () => {
    const cluster = connect([await stage.blackHole(), (await member('n2')).address]);
    const { events } = collect(cluster, { fromRevision: 10 });
    becomesLeader('n2', 1300n);
    await until(() => events.length > 0);
    expect(told(events)).toContain('leaderChanged@11');
  });

  test('leaves a member that has lost the others, and tells nothing of its stale view', async () => {
    const n1 = await member('n1');
    const n2 = await member('n2');
    const cluster = connect([n1.address, n2.address]);
    const { events } = collect(cluster);
    await until(() => n1.calls.get('watch') === 1);
    scripted.commit({ type: 'settingsChanged' });
    await until(() => events.length === 1);
    n1.says({ stale: true, verdict: 'unavailable' });
    await until(() => n2.calls.get('watch') === 1);
    scripted.change({ verdict: 'degraded' });
    await until(() => events.length === 2);
    expect(events[1]).toMatchObject({ type: 'verdictChanged', verdict: 'degraded' });
  });

  test('tells the verdict of a member that is alone with its stale view', async () => {
    const n1 = await member('n1');
    const cluster = connect([n1.address, REFUSING]);
    const { events } = collect(cluster);
    await until(() => n1.calls.get('watch') === 1);
    await cluster.status();
    n1.says({ stale: true, verdict: 'unavailable' });
    await until(() => events.length === 1);
    expect(events[0]).toMatchObject({ type: 'verdictChanged', verdict: 'unavailable' });
  });

  test('ends without an error on its signal', async () => {
    const n1 = await member('n1');
    const controller = new AbortController();
    const { done } = collect(connect([n1.address]), { signal: controller.signal });
    await until(() => n1.calls.get('watch') === 1);
    controller.abort();
    await done;
  });

  test('fails when it is not permitted', async () => {
    const n1 = await member('n1');
    n1.fails(refusal(Code.Unauthenticated, 'not-permitted', 'no token'));
    await expect(collect(connect([n1.address])).done).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  test('calls listeners until they are taken off', async () => {
    const n1 = await member('n1');
    const cluster = connect([n1.address]);
    const leaders: string[] = [];
    const listener = ({ id }: { readonly id: string }): void => void leaders.push(id);
    cluster.on('leaderChanged', listener);
    await until(() => n1.calls.get('watch') === 1);
    // The first message stands before what follows it.
    scripted.commit({ type: 'settingsChanged' });
    becomesLeader('n2', 1300n);
    await until(() => leaders.length === 1);
    cluster.off('leaderChanged', listener);
    becomesLeader('n1', 1400n);
    await cluster.status();
    expect(leaders).toEqual(['n2']);
  });
});
