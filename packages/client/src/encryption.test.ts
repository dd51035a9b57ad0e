import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster, type ConnectOptions } from './connect-cluster.js';
import type { Cluster } from './cluster.js';
import { healthyDual, ScriptedCluster, Stage } from './testing/index.js';

const stage = new Stage();
const directory = mkdtempSync(join(tmpdir(), 'mha4rdb-client-'));

beforeAll(() => {
  makeAuthority('ca');
  makeAuthority('other');
  writeFileSync(join(directory, 'san'), 'subjectAltName=IP:127.0.0.1,DNS:n1');
  makeCertificate('n1');
  makeCertificate('me');
});

afterEach(() => stage.clear());
afterAll(() => rmSync(directory, { recursive: true }));

function connect(address: string, tls: ConnectOptions['tls']): Cluster {
  const cluster = connectCluster({ endpoints: [address], tls });
  stage.atEnd(() => cluster.close());
  return cluster;
}

describe('over https', () => {
  const member = async (requestCert = false): Promise<string> => {
    const tls = { ca: pem('ca.pem'), cert: pem('n1.pem'), key: pem('n1.key'), requestCert };
    return (await stage.member(new ScriptedCluster(healthyDual()), 'n1', { tls })).address;
  };

  test('a member is asked whose authority is trusted', async () => {
    const cluster = connect(await member(), { ca: pem('ca.pem') });
    expect(await cluster.status()).toMatchObject({ answeredBy: 'n1' });
  });

  test('a client shows its certificate', async () => {
    const [ca, cert, key] = [pem('ca.pem'), pem('me.pem'), pem('me.key')];
    const cluster = connect(await member(true), { ca, cert, key });
    expect(await cluster.status()).toMatchObject({ answeredBy: 'n1' });
    const nameless = connect(await member(true), { ca });
    await expect(nameless.status()).rejects.toMatchObject({ reasonCode: 'no-member-reachable' });
  });

  test.each([
    ['of another authority', { ca: () => pem('other.pem') }],
    ['for another name', { ca: () => pem('ca.pem'), serverName: 'n2' }],
  ])('a certificate %s is refused, and the error says so', async (_case, { ca, ...more }) => {
    const cluster = connect(await member(), { ca: ca(), ...more });
    await expect(cluster.status()).rejects.toMatchObject({
      reasonCode: 'no-member-reachable',
      message: expect.stringMatching(/certificate|altnames/) as string,
    });
  });

  test('a member that speaks http is not taken for one that speaks https', async () => {
    const { address } = await stage.member(new ScriptedCluster(healthyDual()), 'n1');
    const cluster = connect(address, {});
    await expect(cluster.status({ timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('it speaks http, not https') as string,
    });
  });
});

function pem(file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
}

const NEW_KEY = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function makeAuthority(name: string): void {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  openssl(...NEW_KEY, '-x509', '-days', '2', '-subj', `/CN=${name} of a test`, ...files);
}

/** Good for 127.0.0.1 and n1, whatever its common name. */
function makeCertificate(name: string): void {
  openssl(...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-days', '2', '-out', `${name}.pem`);
}
