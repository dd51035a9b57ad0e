import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from '../testing/certificates.js';
import { FakeNode, STATUS } from '../testing/fake-node.js';
import {
  ask,
  clientOf,
  endAll,
  kinds,
  LOCAL,
  refusal,
  serve,
  watch,
} from '../testing/served-node.js';
import { waitFor } from '../testing/wait-for.js';
import type { StatusView } from './cluster-queries.js';
import { readTokens, type Token } from './identity.js';
import { startServer } from './server.js';

afterEach(endAll);

test('a stopping server ends watches and is gone at once', async () => {
  const node = new FakeNode();
  const { client, server, url } = await serve(node);
  const watching = watch(client);
  await waitFor('the first status', () => watching.seen.length === 1);
  const start = performance.now();
  await server.close(2000);
  expect(performance.now() - start).toBeLessThan(1500);
  expect(await waitFor('the end', () => watching.failures[0])).toMatch(/unavailable/);
  await expect(ask(`${url}/liveness`)).rejects.toThrow(/ECONNREFUSED/);
});

const [N1, N3] = STATUS.members;
const asStandby: StatusView = {
  ...STATUS,
  primary: 'n2',
  members: [{ ...(N1 as StatusView['members'][number]), state: 'standby', sync: true }],
};
const asArbiter: StatusView = {
  ...STATUS,
  answeredBy: 'n3',
  members: [N3 as StatusView['members'][number]],
};
const expired: StatusView = {
  ...STATUS,
  members: [{ ...(N1 as StatusView['members'][number]), grantMs: 0 }],
};
const lost: StatusView = { ...asStandby, coordinator: null, stale: true };

test.each([
  ['the primary', STATUS, 'primary health readiness liveness'],
  ['a primary whose grant ended', expired, 'liveness'],
  ['a synchronous standby', asStandby, 'replica sync health readiness liveness'],
  ['a standby without coordinator', lost, 'replica sync health liveness'],
  ['an arbiter', asArbiter, 'health readiness liveness'],
])('probes of %s', async (_name, view, expected) => {
  const node = new FakeNode();
  node.view = view;
  const { url } = await serve(node);
  const paths = ['primary', 'replica', 'sync', 'health', 'readiness', 'liveness'];
  const answers = await Promise.all(paths.map((name) => ask(`${url}/${name}`)));
  expect(paths.filter((_, index) => answers[index]?.status === 200).join(' ')).toBe(expected);
  expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
});

test('metrics, unknown paths, other methods', async () => {
  const { url } = await serve(new FakeNode());
  expect(await ask(`${url}/metrics`)).toEqual({ status: 200, body: 'up 1\n' });
  expect((await ask(`${url}/nothing`)).status).toBe(404);
  expect((await ask(`${url}/primary`, { method: 'DELETE' })).status).toBe(405);
  expect(await ask(`${url}/primary?x=1`, { method: 'OPTIONS' })).toMatchObject({ status: 200 });
});

test('JSON says what is false, 0 or empty, so that a person with curl sees that it is known', async () => {
  const { url } = await serve(new FakeNode());
  const headers = { 'content-type': 'application/json' };
  const path = `${url}/mha4rdb.v1.ClusterService/GetStatus`;
  const answer = await ask(path, { method: 'POST', headers }, '{}');
  expect(JSON.parse(answer.body)).toMatchObject({ paused: false, stale: false, reasons: [] });
});

test('a port in use is said so, with how to find who uses it', async () => {
  const { server } = await serve(new FakeNode());
  const again = await startServer({
    listen: { host: LOCAL, port: server.port },
    identity: { insecure: true, tokens: [], isMember: () => true, wasMember: () => false },
    interceptors: [],
    routes: () => undefined,
    memberStreams: {},
    fallback: (_request, response) => response.end(),
  });
  expect(again).toMatchObject({ ok: false, error: { code: 'port-in-use' } });
  expect(again.ok ? '' : again.error.remedy).toContain(`:${server.port}`);
});

describe('with TLS and tokens', () => {
  const certificates = makeCertificates(['n1', 'n9']);
  const OPERATOR = 'operator-0123456789';
  const VIEWER = 'viewer-0123456789abc';

  function tokens(): readonly Token[] {
    const directory = mkdtempSync(path.join(tmpdir(), 'tokens-'));
    const file = path.join(directory, 'tokens.yaml');
    writeFileSync(file, `operator: { alice: ${OPERATOR} }\nviewer: [${VIEWER}]\n`);
    const read = readTokens(file);
    rmSync(directory, { recursive: true });
    if (!read.ok) throw new Error(read.error.message);
    return read.value;
  }

  test('tokens have names, given or by their place', () => {
    expect(tokens().map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'operator alice',
      'viewer viewer-1',
    ]);
  });

  async function secure() {
    const tls = certificates['n1'];
    if (tls === undefined) throw new Error('no certificate');
    const node = new FakeNode();
    const { url } = await serve(node, { tls, tokens: tokens() });
    return { node, url, ca: { ca: tls.ca }, tls };
  }

  test('nobody unknown may read or order', async () => {
    const { url, ca } = await secure();
    for (const token of [undefined, 'wrong-0123456789abcdef']) {
      const client = clientOf(url, { tls: ca, ...(token === undefined ? {} : { token }) });
      expect(await refusal(client.getStatus({}))).toMatch(/^Unauthenticated not-permitted/);
    }
  });

  test('a viewer may read and watch, and not order', async () => {
    const { node, url, ca } = await secure();
    const client = clientOf(url, { tls: ca, token: VIEWER });
    expect(await client.getStatus({})).toMatchObject({ cluster: 'hci-a' });
    const watching = watch(client);
    await waitFor('the first status', () => watching.seen.length === 1);
    expect(kinds(watching)).toEqual(['status at 0']);
    expect(await refusal(client.pause({}))).toMatch(/^PermissionDenied not-permitted/);
    expect(node.asked).toEqual([]);
  });

  test('an operator and a member may order, a stranger with a certificate may not', async () => {
    const { node, url, ca, tls } = await secure();
    await clientOf(url, { tls: ca, token: OPERATOR }).pause({ operationId: 'a' });
    await clientOf(url, { tls }).pause({ operationId: 'b' });
    expect(node.asked.map(({ id }) => id)).toEqual(['a', 'b']);
    const stranger = clientOf(url, { tls: certificates['n9'] ?? {} });
    expect(await refusal(stranger.pause({}))).toMatch(/^Unauthenticated/);
  });

  test('probes need nothing', async () => {
    const { url, ca } = await secure();
    const options = { ...ca, checkServerIdentity: () => undefined } as http.RequestOptions;
    expect((await ask(`${url}/primary`, options)).status).toBe(200);
  });

  test.each([
    'operator: [short]',
    'admin: { a: abcdefghijklmnopq }',
    'operator: { a: short }',
    '{',
  ])('a token file with %s is refused without a token in the message', (text) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'tokens-'));
    const file = path.join(directory, 'tokens.yaml');
    writeFileSync(file, text);
    const read = readTokens(file);
    rmSync(directory, { recursive: true });
    expect(read).toMatchObject({ ok: false, error: { code: 'tokens' } });
    expect(read.ok ? '' : read.error.message).not.toMatch(/short|abcdef/);
  });
});
