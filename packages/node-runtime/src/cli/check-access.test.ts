import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BaseConfig } from '../config/config.js';
import { makeCertificates } from '../testing/certificates.js';
import { checkAccess } from './check-access.js';

const directory = mkdtempSync(path.join(tmpdir(), 'check-access-'));
const file = (name: string): string => path.join(directory, name);

beforeAll(() => {
  for (const [name, { ca, cert, key }] of Object.entries({
    ...makeCertificates(['n1']),
    ...Object.fromEntries(
      Object.entries(makeCertificates(['n1'])).map(([, other]) => ['other', other]),
    ),
  })) {
    writeFileSync(file(`${name}.ca`), ca);
    writeFileSync(file(`${name}.pem`), cert);
    writeFileSync(file(`${name}.key`), key);
  }
  writeFileSync(file('tokens.yaml'), 'operator: { a: 0123456789abcdef }\n');
  writeFileSync(file('text'), 'hello\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Files {
  readonly node?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly tokens?: string;
}

function problemsWith({ node = 'n1', tokens = 'tokens.yaml', ...changed }: Files): string[] {
  const { ca, cert, key } = { ca: 'n1.ca', cert: 'n1.pem', key: 'n1.key', ...changed };
  const security = {
    insecure: false,
    tls: { ca: file(ca), cert: file(cert), key: file(key) },
    tokens: file(tokens),
  };
  return checkAccess({ node, security } as unknown as BaseConfig).map(
    ({ message, remedy }) => `${message}; ${remedy}`,
  );
}

describe('--check of key material and tokens', () => {
  test('finds nothing wrong with what fits together', () => {
    expect(problemsWith({})).toEqual([]);
  });

  test('names every file that is not there, all at once', () => {
    const missing = { ca: 'no.ca', cert: 'no.pem', key: 'no.key', tokens: 'no.yaml' };
    expect(problemsWith(missing)).toEqual([
      expect.stringMatching(/^security\.tls\.ca: cannot read .*no\.ca/),
      expect.stringMatching(/^security\.tls\.cert: cannot read .*no\.pem/),
      expect.stringMatching(/^security\.tls\.key: cannot read .*no\.key/),
      expect.stringMatching(/^security\.tokens: cannot read .*no\.yaml/),
    ]);
  });

  test.each([
    ['a certificate of another node', { node: 'n2' }, /made out to "n1", and this node is n2/],
    ['another authority', { ca: 'other.ca' }, /not signed by the authority in .*other\.ca/],
    ['another key', { key: 'other.key' }, /other\.key is not the key of .*n1\.pem/],
    ['a text for a certificate', { cert: 'text' }, /text is no certificate/],
    ['a text for the authority', { ca: 'text' }, /security\.tls\.ca: .*text is no certificate/],
    ['a text for tokens', { tokens: 'text' }, /security\.tokens/],
  ])('says what is wrong with %s', (_case, files, said) => {
    expect(problemsWith(files)).toEqual([expect.stringMatching(said)]);
  });
});
