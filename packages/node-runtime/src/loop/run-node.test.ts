import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import type { Decision } from '@mha4rdb/core';
import { durationOf, nodeIdOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { DiagnosisService } from '@mha4rdb/proto';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import type { MemberConfig } from '../config/member-readers.js';
import { hostPortText, type HostPort } from '../config/scalar-readers.js';
import { ask, clientOf, LOCAL } from '../testing/served-node.js';
import { waitFor } from '../testing/wait-for.js';
import type { NodeEdge } from './node-loop.js';
import { runNode, type RunningNode } from './run-node.js';

let root: string;
const running = new Map<string, RunningNode>();
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'run-node-'));
});
afterEach(async () => {
  for (const name of [...running.keys()]) await stop(name);
  rmSync(root, { recursive: true });
});

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}

/**
 * Data members without databases, the third an arbiter: enough for consensus. All that a member can be
 * given is given to one of them: whoever is asked has to repeat it.
 */
async function members(count = 3): Promise<readonly MemberConfig[]> {
  const ports = await freePorts(count);
  return ports.map((port, index) => ({
    id: nodeIdOf(`n${index + 1}`),
    address: { host: LOCAL, port },
    priority: index,
    ...(index === 1 && { noFailover: true, noSync: true }),
    ...(index === 2
      ? { role: 'arbiter' as const }
      : { role: 'data' as const, database: { host: LOCAL, port: port + 1 } }),
  }));
}

function configOf(node: string, list: readonly MemberConfig[]): BaseConfig {
  const own = list.find(({ id }) => id === node);
  if (own === undefined) throw new Error(`no member ${node}`);
  return {
    cluster: 'hci-a',
    node: own.id,
    listen: own.address,
    dataDir: path.join(root, node),
    members: list,
    timing: 'fast',
    durability: { mode: 'majority', degrade: true },
    election: 'agent',
    stopMode: 'immediate',
    switchover: { readyTimeout: durationOf(5000) },
    security: { insecure: true },
    log: { level: 'info', pretty: false },
  };
}

const IDLE_EDGE: NodeEdge = {
  startAction: () => undefined,
  cancelAction: () => undefined,
  fence: () => undefined,
};

const fatal: unknown[] = [];
const decisions: Decision[] = [];

async function start(
  node: string,
  list: readonly MemberConfig[],
  signal?: AbortSignal,
): Promise<RunningNode> {
  const config = configOf(node, list);
  const role = list.find(({ id }) => id === node)?.role ?? 'arbiter';
  const started = await runNode({
    config,
    role,
    edge: role === 'data' ? () => IDLE_EDGE : null,
    onDecision: (decision) => decisions.push(decision),
    onFatal: (error) => fatal.push(error),
    ...(signal !== undefined && { signal }),
  });
  if (!started.ok) throw new Error(`${started.error.code}: ${started.error.message}`);
  running.set(node, started.value);
  return started.value;
}

/** A new cluster begins when every member has said that it has no log. */
async function startAll(list: readonly MemberConfig[]): Promise<void> {
  await Promise.all(list.map(({ id }) => start(id, list)));
}

async function stop(node: string): Promise<void> {
  const found = running.get(node);
  running.delete(node);
  await found?.close();
}

/** The coordinator that all of these agree on. */
function agreed(): string | undefined {
  const leaders = new Set([...running.values()].map(({ loop }) => loop.state.raft.leader));
  const [leader] = leaders;
  return leaders.size === 1 && leader != null && running.has(leader) ? leader : undefined;
}

test('three nodes agree on a coordinator, lose it, agree on another, and take it back', async () => {
  const list = await members();
  await startAll(list);
  const first = await waitFor('a coordinator', agreed);
  const incarnations = new Map([...running].map(([id, { incarnation }]) => [id, incarnation]));
  expect([...incarnations.values()]).toEqual([1, 1, 1]);

  await stop(first);
  const second = await waitFor('another coordinator', agreed);
  expect(second).not.toBe(first);
  const { term, commit } = [...running.values()][0]?.loop.state.raft ?? { term: 0, commit: 0 };

  const returned = await start(first, list);
  expect(returned.incarnation).toBe(2);
  expect(returned.loop.state.raft.term).toBeGreaterThan(0);
  await waitFor('agreement of all three', () => running.size === 3 && agreed() !== undefined);
  await waitFor('its log to catch up', () => returned.loop.state.raft.commit >= commit);
  expect(returned.loop.state.raft.term).toBeGreaterThanOrEqual(term);
  expect(fatal).toEqual([]);
});

test('all stop at once, and none has forgotten its term or its log (R1)', async () => {
  const list = await members();
  await startAll(list);
  await waitFor('a coordinator', agreed);
  const before = new Map([...running].map(([id, { loop }]) => [id, loop.state.raft]));
  await Promise.all([...running.keys()].map(stop));
  for (const { id } of list) {
    const { loop } = await start(id, list);
    const raft = before.get(id);
    expect(loop.state.raft.term).toBeGreaterThanOrEqual(raft?.term ?? Infinity);
    const { entries, baseIndex } = loop.state.raft.log;
    expect(entries.at(-1)?.index ?? baseIndex).toBeGreaterThanOrEqual(
      raft?.persistence.durableIndex ?? Infinity,
    );
  }
  await waitFor('a coordinator', agreed);
  expect(fatal).toEqual([]);
});

test('a node answers status, probes and metrics on its port', async () => {
  const list = await members();
  await startAll(list);
  const coordinator = await waitFor('a coordinator', agreed);
  const arbiter = running.get('n3');
  const url = `http://${LOCAL}:${arbiter?.port ?? 0}`;
  const status = await clientOf(url).getStatus({});
  expect(status).toMatchObject({ cluster: 'hci-a', answeredBy: 'n3', coordinator, mode: 'dual' });
  expect(status.members.map(({ id }) => id)).toEqual(['n1', 'n2', 'n3']);
  expect((await ask(`${url}/liveness`)).status).toBe(200);
  expect((await ask(`${url}/primary`)).status).toBe(503);
  const { body } = await ask(`${url}/metrics`);
  for (const line of [
    /^mha_raft_term [1-9]/m,
    /^mha_fsync_seconds_count [1-9]/m,
    /^mha_rpc_seconds_count\{method="GetStatus"\} 1$/m,
    /^mha_decisions_total\{event="ready"\} 1$/m,
    /^mha_event_loop_delay_seconds_count [1-9]/m,
    /^process_resident_memory_bytes \d+$/m,
  ]) {
    expect(body).toMatch(line);
  }
});

test('an order to a member is passed on to the coordinator, and each member tells the outcome', async () => {
  const list = await members();
  await startAll(list);
  const coordinator = await waitFor('a coordinator', agreed);
  const [other] = [...running.keys()].filter((id) => id !== coordinator);
  const port = running.get(other ?? '')?.port ?? 0;
  await waitFor('the cluster to be formed or to say why not', () =>
    [...running.values()].every(({ loop }) => loop.state.raft.commit > 1),
  );
  const answer = clientOf(`http://${LOCAL}:${port}`).pause({ operationId: 'op-1' });
  await expect(answer).resolves.toMatchObject({ operationId: 'op-1', accepted: true });
  await waitFor('all to be paused', () =>
    [...running.values()].every(({ loop }) => loop.state.cluster.paused),
  );
});

/** No database anywhere: its look is what a data member has to report before the cluster is formed. */
function formed(coordinator: string): boolean {
  for (const { loop } of running.values()) {
    if (loop.state.member === null) continue;
    loop.post({ type: 'observed', startedAt: systemClock.now(), database: NO_DATABASE });
  }
  return running.get(coordinator)?.loop.state.cluster.phase !== 'forming';
}

const NO_DATABASE: DatabaseObservation = {
  directory: { kind: 'empty' },
  process: 'stopped',
  role: 'stopped',
  works: false,
};

function placeText(place: HostPort | undefined): string {
  return place === undefined ? '' : hostPortText(place);
}

/** What the node at this address says that is missing, once it says so. */
function saying(place: MemberConfig | undefined, words: RegExp): Promise<string> {
  const url = `http://${LOCAL}:${place?.address.port ?? 0}`;
  return waitFor(`${place?.id ?? 'nobody'} to say ${words.source}`, async () => {
    const status = await clientOf(url)
      .getStatus({})
      .catch(() => null);
    return status?.reasons.find((reason) => words.test(reason));
  });
}

test('members with unequal lists found nothing, and say in what they differ until they are equal', async () => {
  const list = await members(4);
  const three = list.slice(0, 3);
  const founding = [start('n1', three), start('n2', three)];
  const wrong = new AbortController();
  const installed = start('n3', list, wrong.signal).catch(() => undefined);
  const [, , third] = list;
  expect(await saying(list[0], /n3 \(n4: not a member here, data at /)).toMatch(/same members/);
  // Until both have answered, only one is named.
  expect(await saying(third, /n1 .*n2 .*n4: data at .* here, not a member there/)).toMatch(
    /same members/,
  );
  expect(running.size).toBe(0);
  // The wrong one is corrected; the others need nothing.
  wrong.abort();
  await installed;
  await Promise.all([...founding, start('n3', three)]);
  await waitFor('a coordinator', agreed);
  expect(fatal).toEqual([]);
});

test('a node that a formed cluster does not list says how to add it, and joins once it is added', async () => {
  const list = await members(4);
  await startAll(list.slice(0, 3));
  const coordinator = await waitFor('a coordinator', agreed);
  const joining = start('n4', list);
  const fourth = list[3];
  expect(await saying(fourth, /n4 is not on its list/)).toMatch(
    new RegExp(`mhactl member add n4 --role data --address ${LOCAL}:${fourth?.address.port}`),
  );
  const { loop } = running.get(coordinator) ?? {};
  const cluster = loop?.state.cluster;
  expect(cluster?.members.map(({ id }) => id)).toEqual(['n1', 'n2', 'n3']);
  await waitFor('the cluster to be formed', () => formed(coordinator));
  const { port } = running.get(coordinator) ?? { port: 0 };
  const answer = clientOf(`http://${LOCAL}:${port}`).addMember({
    ...{ operationId: 'op-1', id: 'n4', role: 'data' },
    ...{ address: placeText(fourth?.address), database: placeText(fourth?.database) },
  });
  await expect(answer).resolves.toMatchObject({ accepted: true });
  await joining;
  await waitFor('n4 to be admitted', () =>
    [...running.values()].every(({ loop: { state } }) =>
      state.cluster.members.some(({ id, life }) => id === 'n4' && (life ?? 0) > 0),
    ),
  );
  expect(fatal).toEqual([]);
});

test('members examine themselves and each other, and one that is gone is named', async () => {
  const list = await members();
  await startAll(list);
  await waitFor('a coordinator', agreed);
  await stop('n2');
  const port = running.get('n1')?.port ?? 0;
  const transport = createConnectTransport({
    httpVersion: '2',
    baseUrl: `http://${LOCAL}:${port}`,
  });
  const client = createClient(DiagnosisService, transport);
  const { answeredBy, findings, unreachable } = await client.examineCluster({});
  expect([answeredBy, unreachable]).toEqual(['n1', ['n2']]);
  const severity = (member: string, check: string) =>
    findings
      .filter((one) => one.member === member && one.check === check)
      .map((one) => one.severity);
  expect(severity('n2', 'reachable')).toEqual(['serious']);
  expect(severity('n3', 'peer')).toEqual(['serious']);
  expect(severity('n1', 'kernel')).toEqual(['ok']);
  // Both run on one machine, and so on one clock.
  expect(severity('n1', 'clock-rate')).toEqual(['ok']);
  expect(severity('n1', 'wall-clock')).toEqual(['ok']);
  expect(severity('n3', 'raft-fsync')).toHaveLength(1);
  expect(readdirSync(path.join(root, 'n1'))).not.toContain('.mha4rdb-flush-probe');
}, 30_000);

test('what keeps a node from starting is said, and leaves nothing behind', async () => {
  const list = await members();
  await startAll(list);
  const again = async () => {
    const config = { ...configOf('n3', list), dataDir: path.join(root, 'other') };
    const hooks = { onDecision: () => undefined, onFatal: () => undefined };
    return runNode({ config, role: 'arbiter', edge: null, ...hooks });
  };
  expect(await again()).toMatchObject({ ok: false, error: { code: 'port-in-use' } });
  expect(await again()).toMatchObject({ ok: false, error: { code: 'port-in-use' } });
  await expect(start('n3', list)).rejects.toThrow(/^data-directory: .* is in use by/);
});
