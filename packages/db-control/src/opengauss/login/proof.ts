import { createHash, createHmac, getHashes, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { DigestChallenge, DigestMethod } from './request.js';

const hashPassword = promisify(pbkdf2);

/**
 * `auth_iteration_count` goes up to 134217728, which would take a minute; what is asked for beyond
 * this is refused, because a login that takes longer than a second proves nothing in time anyway.
 */
export const MOST_ITERATIONS = 2_000_000;

/** The keys behind a password, as the server stores the last two of them. */
export interface PasswordKeys {
  readonly clientKey: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** What proves the password, and what the server proves with the same. */
export interface PasswordProof {
  readonly answer: Buffer;
  readonly signature: Buffer;
}

/**
 * Derives the keys of RFC 5802 as openGauss has them: PBKDF2 with **SHA-1**, and the server's key
 * named "Sever Key" for SHA-256, a slip of the pen that became the protocol; SM3 spells it right.
 */
export async function passwordKeys(
  password: string | Buffer,
  salt: Buffer,
  iterations: number,
  method: DigestMethod,
): Promise<PasswordKeys> {
  const salted = await hashPassword(password, salt, iterations, 32, 'sha1');
  const clientKey = hmac(salted, 'Client Key');
  return {
    clientKey,
    storedKey: createHash(method).update(clientKey).digest(),
    serverKey: hmac(salted, method === 'sm3' ? 'Server Key' : 'Sever Key'),
  };
}

export function proofOf(keys: PasswordKeys, token: Buffer): PasswordProof {
  const mask = hmac(keys.storedKey, token);
  const answer = Buffer.from(keys.clientKey.map((byte, i) => byte ^ (mask[i] ?? 0)));
  return { answer, signature: hmac(keys.serverKey, token) };
}

/** Whether this runtime's OpenSSL can compute the method. */
export function isAvailable(method: DigestMethod): boolean {
  return getHashes().includes(method);
}

/**
 * The proof for a challenge. Where the server signs instead of saying the number of iterations, each
 * known one is tried against the signature, here and not at the server, which counts what is wrong.
 * `undefined`: none fits. Then the password is another one, or the count is, or this is not the
 * server that knows the password; it would be refused, so it is not sent.
 */
export async function prove(
  challenge: DigestChallenge,
  password: string | Buffer,
  knownIterations: readonly number[],
): Promise<PasswordProof | undefined> {
  const { iterations, method, salt, signature, token } = challenge;
  for (const count of iterations === undefined ? knownIterations : [iterations]) {
    const proof = proofOf(await passwordKeys(password, salt, count, method), token);
    if (signature === undefined || timingSafeEqual(signature, proof.signature)) return proof;
  }
  return undefined;
}

/** The answer to code 5, PostgreSQL's own. */
export function md5Answer(user: string, password: string, salt: Buffer): string {
  const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');
  const inner = Buffer.from(md5(password + user), 'latin1');
  return `md5${md5(Buffer.concat([inner, salt]))}`;
}

function hmac(key: Buffer, data: string | Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
