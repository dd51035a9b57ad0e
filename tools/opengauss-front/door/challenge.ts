import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { authentication } from './messages.js';

/** How a user's password is stored: `password_encryption_type` 0, 1, 2, 3 when it was set. */
export type Storage = 'md5' | 'combined' | 'sha256' | 'sm3';
/** The method of the line of `pg_hba.conf` that fits. */
export type HbaMethod = 'trust' | 'md5' | 'sha256' | 'sm3';

export interface StoredUser {
  readonly name: string;
  readonly password: string;
  readonly storage: Storage;
  readonly iterations: number;
}

/** A request for a password, and what judges the answer. */
export interface Challenge {
  readonly request: Buffer;
  readonly isRight: (answer: string) => boolean;
}

const never = (): boolean => false;

/**
 * Which code openGauss sends, by method, storage and protocol (`auth.cpp` 1016-1079). An unknown
 * user is asked as well, with a salt that nothing fits.
 */
export function challengeOf(
  method: Exclude<HbaMethod, 'trust'>,
  user: StoredUser | undefined,
  name: string,
  minor: number,
): Challenge {
  if (user === undefined) {
    return minor < 50
      ? { ...md5Challenge(name, ''), isRight: never }
      : unanswerable(10, 'sha256', minor);
  }
  if (user.storage === 'sm3' || method === 'sm3') {
    return user.storage === 'sm3' && method === 'sm3'
      ? digestChallenge(13, user, 'sm3', minor)
      : unanswerable(13, 'sm3', minor);
  }
  if (user.storage === 'sha256' && method === 'md5') {
    const request = authentication(11, randomBytes(32).toString('hex'), randomBytes(4));
    return { request, isRight: never };
  }
  const combinedAsMd5 = user.storage === 'combined' && (method === 'md5' || minor < 50);
  return user.storage === 'md5' || combinedAsMd5
    ? md5Challenge(user.name, user.password)
    : digestChallenge(10, user, 'sha256', minor);
}

function md5Challenge(name: string, password: string): Challenge {
  const salt = randomBytes(4);
  const stored = md5(Buffer.from(password + name));
  const expected = `md5${md5(Buffer.concat([Buffer.from(stored), salt]))}`;
  return { request: authentication(5, salt), isRight: (answer) => answer === expected };
}

function unanswerable(code: 10 | 13, hash: 'sha256' | 'sm3', minor: number): Challenge {
  const password = randomBytes(16).toString('hex');
  const user = { name: '', password, storage: 'sha256', iterations: 2048 } as const;
  return { ...digestChallenge(code, user, hash, minor), isRight: never };
}

/** As the server checks: it knows StoredKey and ServerKey, never the password. */
function digestChallenge(
  code: 10 | 13,
  { password, iterations }: StoredUser,
  hash: 'sha256' | 'sm3',
  minor: number,
): Challenge {
  const salt = randomBytes(32);
  const token = randomBytes(4);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha1');
  const storedKey = digest(hash, keyed(salted, 'Client Key'));
  const serverKey = keyed(salted, hash === 'sm3' ? 'Server Key' : 'Sever Key');
  const head = [code === 13 ? 3 : 2, salt.toString('hex'), token.toString('hex')] as const;
  const tail =
    minor > 50 ? [iterations] : minor < 50 ? [keyed(serverKey, token).toString('hex')] : [];
  return {
    request: authentication(code, ...head, ...tail),
    isRight: (answer) => {
      if (!/^[0-9a-f]{64}$/.test(answer)) return false;
      const mask = keyed(storedKey, token);
      const clientKey = Buffer.from(answer, 'hex').map((byte, i) => byte ^ (mask[i] ?? 0));
      return digest(hash, clientKey).equals(storedKey);
    },
  };
}

const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');
const digest = (hash: string, data: Uint8Array): Buffer => createHash(hash).update(data).digest();
const keyed = (key: Buffer, data: string | Buffer): Buffer =>
  createHmac('sha256', key).update(data).digest();
