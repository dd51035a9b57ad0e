import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { BaseConfig, TlsConfig } from '../config/config.js';
import { readTokens } from '../rpc/identity.js';
import type { HostProblem } from './host-problem.js';

/** Key material and tokens as the other members and clients will take them; all problems at once. */
export function checkAccess({ node, security }: BaseConfig): readonly HostProblem[] {
  const tls = security.tls === undefined ? [] : checkTls(security.tls, node);
  const tokens = security.tokens === undefined ? undefined : readTokens(security.tokens);
  if (tokens === undefined || tokens.ok) return tls;
  const { message, remedy = '' } = tokens.error;
  return [...tls, { message: `security.tokens: ${message}`, remedy }];
}

function checkTls(files: TlsConfig, node: string): readonly HostProblem[] {
  const problems: HostProblem[] = [];
  const read = (key: keyof TlsConfig): Buffer | undefined => {
    try {
      return readFileSync(files[key]);
    } catch (error) {
      const message = `security.tls.${key}: cannot read ${files[key]}: ${reasonOf(error)}`;
      problems.push({ message, remedy: 'put the PEM file there, readable for this program' });
      return undefined;
    }
  };
  const [ca, cert, key] = [read('ca'), read('cert'), read('key')];
  const authorities = ca && certificatesIn('ca', files.ca, ca, problems);
  const [own, ...chain] = cert ? certificatesIn('cert', files.cert, cert, problems) : [];
  if (own !== undefined) problems.push(...checkCertificate(files, own, node));
  if (own !== undefined && authorities !== undefined && authorities.length > 0) {
    const signed = [...authorities, ...chain].some((issuer) => own.verify(issuer.publicKey));
    if (!signed) problems.push(foreign(files));
  }
  if (cert !== undefined && key !== undefined && own !== undefined) {
    try {
      createSecureContext({ cert, key });
    } catch (error) {
      problems.push({
        message: `security.tls.key: ${files.key} is not the key of ${files.cert}: ${reasonOf(error)}`,
        remedy: 'name the private key that the certificate was made for',
      });
    }
  }
  return problems;
}

function checkCertificate(
  files: TlsConfig,
  own: X509Certificate,
  node: string,
): readonly HostProblem[] {
  const problems: HostProblem[] = [];
  const name = /^CN=(.*)$/m.exec(own.subject)?.[1] ?? '';
  if (name !== node) {
    problems.push({
      message: `security.tls.cert: ${files.cert} is made out to "${name}", and this node is ${node}`,
      remedy: 'the common name of a member’s certificate is its node id',
    });
  }
  const [from, to] = [Date.parse(own.validFrom), Date.parse(own.validTo)];
  if (Date.now() < from || Date.now() > to) {
    problems.push({
      message: `security.tls.cert: ${files.cert} is valid from ${own.validFrom} to ${own.validTo} only`,
      remedy: 'make a new certificate, or set this host’s clock',
    });
  }
  return problems;
}

function foreign(files: TlsConfig): HostProblem {
  return {
    message: `security.tls.cert: ${files.cert} was not signed by the authority in ${files.ca}`,
    remedy: 'name the authority that signed all members’ certificates',
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A file may hold several authorities, or the way from a certificate to its authority. */
function certificatesIn(
  key: keyof TlsConfig,
  file: string,
  pem: Buffer,
  problems: HostProblem[],
): readonly X509Certificate[] {
  try {
    const blocks = pem.toString('latin1').match(CERTIFICATE) ?? [pem];
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    const message = `security.tls.${key}: ${file} is no certificate: ${reasonOf(error)}`;
    problems.push({ message, remedy: 'a PEM file begins with -----BEGIN CERTIFICATE-----' });
    return [];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
