import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import type { PeerMessage } from '@mha4rdb/core';
import { incarnationOf, nodeIdOf, termOf, type NodeId } from '@mha4rdb/kernel';
import { ConsensusService } from '@mha4rdb/proto';
import { once } from 'node:events';
import net from 'node:net';
import { systemClock } from '../clock/monotonic-clock.js';
import { startServer, type NodeServer } from '../rpc/server.js';
import { makeCertificates } from '../testing/certificates.js';
import { waitFor } from '../testing/wait-for.js';
import { encodeFrame, type ReceivedFrame, type Sender } from './frame-codec.js';
import type { LinkState } from './peer-link.js';
import { EXCHANGE_PATH, PeerReceiver } from './peer-receiver.js';
import { PeerTransport } from './peer-transport.js';
import type { TlsMaterial } from './socket-factory.js';

const N1 = nodeIdOf('n1');
const N2 = nodeIdOf('n2');
const N3 = nodeIdOf('n3');
const LOCAL = '127.0.0.1';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Listening {
  readonly server: NodeServer;
  readonly frames: ReceivedFrame[];
  readonly refusals: string[];
}

interface ListenOptions {
  readonly port?: number;
  readonly cluster?: string;
  readonly tls?: TlsMaterial;
  readonly silenceMs?: number;
}

async function listen(node: NodeId, options: ListenOptions = {}): Promise<Listening> {
  const frames: ReceivedFrame[] = [];
  const refusals: string[] = [];
  const insecure = options.tls === undefined;
  const isMember = (id: string) => ['n1', 'n2', 'n3'].includes(id);
  const wasMember = (id: string) => id === 'n8';
  const receiver = new PeerReceiver({
    self: senderOf(node, options.cluster),
    maySpeak: (id) => isMember(id) || wasMember(id),
    onFrame: (frame) => frames.push(frame),
    onRefused: (reason) => refusals.push(reason),
    silenceMs: options.silenceMs ?? 10_000,
  });
  const server = await startServer({
    listen: { host: LOCAL, port: options.port ?? 0 },
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    identity: { insecure, tokens: [], isMember, wasMember },
    interceptors: [],
    routes: () => undefined,
    memberStreams: {
      [EXCHANGE_PATH]: (request, response, proven) => receiver.serve(request, response, proven),
    },
    fallback: (_request, response) => response.end(),
  });
  if (!server.ok) throw new Error(server.error.message);
  cleanups.push(() => server.value.close(0));
  return { server: server.value, frames, refusals };
}

function senderOf(node: NodeId, clusterName = 'hci-a', incarnation = 1): Sender {
  return { clusterName, node, incarnation: incarnationOf(incarnation) };
}

interface Dialling {
  readonly transport: PeerTransport;
  readonly states: Record<string, LinkState[]>;
}

function connect(
  node: NodeId,
  peers: Readonly<Record<string, number>>,
  options: { readonly tls?: TlsMaterial; readonly sender?: Sender } = {},
): Dialling {
  const states: Record<string, LinkState[]> = {};
  const transport = new PeerTransport({
    sender: options.sender ?? senderOf(node),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    timing: { connectTimeoutMs: 400, pingIntervalMs: 100, pingTimeoutMs: 200 },
    clock: systemClock,
    onState: (peer, state) => (states[peer] ??= []).push(state),
  });
  transport.setPeers(
    Object.entries(peers).map(([id, port]) => ({
      id: nodeIdOf(id),
      address: { host: LOCAL, port },
    })),
  );
  cleanups.push(() => transport.close());
  return { transport, states };
}

function message(from: NodeId, to: NodeId, term: number): PeerMessage {
  const body = { kind: 'voteResponse', clusterName: 'hci-a', from, to, granted: true } as const;
  return { kind: 'raft', message: { ...body, term: termOf(term) } };
}

function terms({ frames }: Listening): number[] {
  return frames.map(({ message: { kind, ...rest } }) =>
    kind === 'raft' && 'message' in rest ? rest.message.term : -1,
  );
}

const up =
  ({ states }: Dialling, peer: NodeId) =>
  () =>
    states[peer]?.at(-1)?.kind === 'connected';
const down =
  ({ states }: Dialling, peer: NodeId) =>
  () => {
    const last = states[peer]?.at(-1);
    return last?.kind === 'down' ? last.reason : undefined;
  };

test('frames arrive in the order in which they were sent', async () => {
  const two = await listen(N2);
  const one = connect(N1, { n2: two.server.port });
  await waitFor('connection', up(one, N2));
  for (let term = 1; term <= 100; term++) one.transport.send(N2, message(N1, N2, term));
  await waitFor('100 frames', () => two.frames.length === 100);
  expect(terms(two)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(two.frames[0]).toEqual({ from: N1, incarnation: 1, message: message(N1, N2, 1) });
});

test('a client of Connect speaks to it as to every other RPC', async () => {
  const two = await listen(N2);
  const client = createClient(
    ConsensusService,
    createConnectTransport({ httpVersion: '2', baseUrl: `http://${LOCAL}:${two.server.port}` }),
  );
  async function* requests() {
    yield { frames: [encodeFrame(senderOf(N1), N2, message(N1, N2, 9))] };
    yield { frames: [encodeFrame(senderOf(nodeIdOf('n9')), N2, message(N1, N2, 9))] };
    await waitFor('the refusal', () => two.refusals.length === 1);
  }
  const answers: string[] = [];
  const exchange = async () => {
    for await (const { frames } of client.exchange(requests())) {
      answers.push(...frames.map(({ cluster, from }) => `${from} of ${cluster}`));
    }
  };
  await expect(exchange()).rejects.toThrow('[failed_precondition] a frame from n9, no member');
  expect(answers).toEqual(['n2 of hci-a']);
  expect(terms(two)).toEqual([9]);
});

test('after the peer came back its frames flow again, and those of the outage are not kept', async () => {
  const first = await listen(N2);
  const { port } = first.server;
  const one = connect(N1, { n2: port });
  await waitFor('connection', up(one, N2));
  await first.server.close(0);
  await waitFor('loss of the connection', down(one, N2));
  for (let term = 1; term <= 2000; term++) one.transport.send(N2, message(N1, N2, term));
  expect(one.transport.dropped).toBeGreaterThan(1000);
  const second = await listen(N2, { port });
  await waitFor('connection', up(one, N2));
  one.transport.send(N2, message(N1, N2, 5000));
  await waitFor('a frame', () => terms(second).includes(5000));
});

test('a peer that takes connections and never answers is noticed, and holds up nobody else', async () => {
  const silent = net.createServer((socket) => socket.on('error', () => undefined));
  const sockets: net.Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket.pause()));
  silent.listen(0, LOCAL);
  await once(silent, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    await once(silent, 'close');
  });
  const three = await listen(N3);
  const one = connect(N1, {
    n2: (silent.address() as net.AddressInfo).port,
    n3: three.server.port,
  });
  await waitFor('connection to the living one', up(one, N3));
  for (let term = 1; term <= 50; term++) {
    one.transport.send(N2, message(N1, N2, term));
    one.transport.send(N3, message(N1, N3, term));
  }
  await waitFor('frames at the living one', () => three.frames.length === 50);
  expect(await waitFor('the silent one to be given up', down(one, N2), 2000)).toMatch(
    /no answer to a PING/,
  );
  expect(one.states['n2']?.some(({ kind }) => kind === 'connected')).toBe(false);
});

test('a peer that stops answering after it was connected is noticed (power lost: no reset comes)', async () => {
  const two = await listen(N2);
  // A relay that can stop to carry bytes without closing anything, as a dead host does.
  const pairs: net.Socket[] = [];
  const relay = net.createServer((from) => {
    const to = net.connect(two.server.port, LOCAL);
    for (const socket of [from, to]) socket.on('error', () => undefined);
    from.pipe(to);
    to.pipe(from);
    pairs.push(from, to);
  });
  relay.listen(0, LOCAL);
  await once(relay, 'listening');
  cleanups.push(async () => {
    for (const socket of pairs) socket.destroy();
    relay.close();
    await once(relay, 'close');
  });
  const one = connect(N1, { n2: (relay.address() as net.AddressInfo).port });
  await waitFor('connection', up(one, N2));
  for (const socket of pairs) {
    socket.unpipe();
    socket.pause();
  }
  expect(await waitFor('loss of the connection', down(one, N2), 2000)).toMatch(
    /no answer to a PING/,
  );
});

test('a receiver gives up a stream on which nothing comes', async () => {
  const two = await listen(N2, { silenceMs: 150 });
  const one = connect(N1, { n2: two.server.port });
  await waitFor('connection', up(one, N2));
  expect(await waitFor('the end of the stream', down(one, N2))).toMatch(/nothing heard for 150 ms/);
});

test('another cluster on the same address is refused on both ends (R58)', async () => {
  const two = await listen(N2, { cluster: 'hci-b' });
  const one = connect(N1, { n2: two.server.port });
  expect(await waitFor('refusal', down(one, N2))).toMatch(/is n2 of hci-b/);
  expect(two.frames).toEqual([]);
});

test('another node on the address of a peer is refused', async () => {
  const three = await listen(N3);
  const one = connect(N1, { n2: three.server.port });
  expect(await waitFor('refusal', down(one, N2))).toMatch(/is n3 of hci-a/);
});

test('a stranger is refused and named', async () => {
  const two = await listen(N2);
  const stranger = nodeIdOf('n9');
  const nine = connect(stranger, { n2: two.server.port }, { sender: senderOf(stranger) });
  await waitFor('connection', up(nine, N2));
  nine.transport.send(N2, message(stranger, N2, 1));
  await waitFor('refusal', () => two.refusals.includes('a frame from n9, no member'));
  expect(two.frames).toEqual([]);
});

test('frames of an earlier life are dropped', async () => {
  const two = await listen(N2);
  const later = connect(N1, { n2: two.server.port }, { sender: senderOf(N1, 'hci-a', 5) });
  const earlier = connect(N1, { n2: two.server.port }, { sender: senderOf(N1, 'hci-a', 4) });
  await waitFor('connections', () => up(later, N2)() && up(earlier, N2)());
  later.transport.send(N2, message(N1, N2, 50));
  await waitFor('the later life', () => two.frames.length === 1);
  earlier.transport.send(N2, message(N1, N2, 40));
  later.transport.send(N2, message(N1, N2, 51));
  await waitFor('the later life', () => terms(two).includes(51));
  later.transport.send(N2, message(N1, N2, 52));
  await waitFor('the later life', () => terms(two).includes(52));
  expect(terms(two)).toEqual([50, 51, 52]);
});

test('peers follow the member list', async () => {
  const two = await listen(N2);
  const three = await listen(N3);
  const one = connect(N1, { n2: two.server.port });
  await waitFor('connection', up(one, N2));
  one.transport.setPeers([{ id: N3, address: { host: LOCAL, port: three.server.port } }]);
  await waitFor('connection', up(one, N3));
  one.transport.send(N2, message(N1, N2, 1));
  one.transport.send(N3, message(N1, N3, 2));
  await waitFor('a frame', () => three.frames.length === 1);
  expect(two.frames).toEqual([]);
});

describe('with mutual TLS', () => {
  const certificates = makeCertificates(['n1', 'n2', 'n9']);
  const tlsOf = (name: string): TlsMaterial => {
    const material = certificates[name];
    if (material === undefined) throw new Error(`no certificate for ${name}`);
    return material;
  };

  test('members speak to each other', async () => {
    const two = await listen(N2, { tls: tlsOf('n2') });
    const one = connect(N1, { n2: two.server.port }, { tls: tlsOf('n1') });
    await waitFor('connection', up(one, N2));
    one.transport.send(N2, message(N1, N2, 3));
    await waitFor('a frame', () => terms(two).includes(3));
  });

  test("a server with another node's certificate is refused", async () => {
    const nine = await listen(N2, { tls: tlsOf('n9') });
    const one = connect(N1, { n2: nine.server.port }, { tls: tlsOf('n1') });
    expect(await waitFor('refusal', down(one, N2))).toMatch(/the certificate names n9, not n2/);
  });

  test('a certificate of no member, or of another authority, may not exchange', async () => {
    const two = await listen(N2, { tls: tlsOf('n2') });
    const nine = connect(N1, { n2: two.server.port }, { tls: tlsOf('n9') });
    expect(await waitFor('refusal', down(nine, N2))).toMatch(/HTTP 401/);
    const other = makeCertificates(['n1'])['n1'];
    const forged = connect(
      N1,
      { n2: two.server.port },
      {
        tls: {
          ...tlsOf('n1'),
          cert: other?.cert ?? Buffer.alloc(0),
          key: other?.key ?? Buffer.alloc(0),
        },
      },
    );
    expect(await waitFor('refusal', down(forged, N2))).toMatch(/HTTP 401/);
    expect(two.frames).toEqual([]);
  });

  test('a member may not speak in the name of another', async () => {
    const two = await listen(N2, { tls: tlsOf('n2') });
    const one = connect(N1, { n2: two.server.port }, { tls: tlsOf('n1'), sender: senderOf(N3) });
    await waitFor('connection', up(one, N2));
    one.transport.send(N2, message(N3, N2, 1));
    await waitFor('refusal', () =>
      two.refusals.includes('a frame from n3 on the connection of n1'),
    );
  });

  test('a peer that never finishes the handshake is given up in time', async () => {
    const silent = net.createServer((socket) => {
      socket.on('error', () => undefined);
      cleanups.push(async () => void socket.destroy());
    });
    silent.listen(0, LOCAL);
    await once(silent, 'listening');
    cleanups.push(async () => void silent.close());
    const port = (silent.address() as net.AddressInfo).port;
    const one = connect(N1, { n2: port }, { tls: tlsOf('n1') });
    expect(await waitFor('giving up', down(one, N2), 2000)).toMatch(/within 400 ms/);
  });
});
