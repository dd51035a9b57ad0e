import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TlsMaterial } from '../transport/socket-factory.js';

/** An authority and certificates for these names, made by the openssl program; for tests. */
export function makeCertificates(names: readonly string[]): Readonly<Record<string, TlsMaterial>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'certificates-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      ...newKey,
      '-x509',
      '-subj',
      '/CN=test authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    const entries = names.map((name) => {
      openssl(...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
      openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`);
      const read = (file: string): Buffer => readFileSync(path.join(directory, file));
      return [name, { ca: read('ca.pem'), cert: read(`${name}.pem`), key: read(`${name}.key`) }];
    });
    return Object.fromEntries(entries) as Readonly<Record<string, TlsMaterial>>;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
