/** Hash functions that the challenge of code 10 or 13 is answered with. */
export type DigestMethod = 'sha256' | 'sm3';

/** The challenge of codes 10 and 13, with the strings of hex digits as the server sent them. */
export interface DigestChallenge {
  readonly method: DigestMethod;
  /** 32 bytes. */
  readonly salt: Buffer;
  /** 4 bytes, new for each login. */
  readonly token: Buffer;
  /** Protocol 3.51: how often the password is hashed. */
  readonly iterations?: number;
  /** Protocol 3.0: the server's own proof that it knows the password, 32 bytes. */
  readonly signature?: Buffer;
}

/** What a server of the openGauss family asks for in a message of type `R`. */
export type LoginRequest =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'md5'; readonly salt: Buffer }
  | { readonly kind: 'digest'; readonly challenge: DigestChallenge }
  | { readonly kind: 'unsupported'; readonly asked: string; readonly remedy: string }
  | { readonly kind: 'malformed'; readonly reason: string };

const SALT_DIGITS = 64;
const TOKEN_DIGITS = 8;
const CODE = 0;
const METHOD = 4;
const SALT = 8;
const TOKEN = SALT + SALT_DIGITS;
const TAIL = TOKEN + TOKEN_DIGITS;

/** openGauss `src/include/libpq/pqcomm.h`: from 10 on the codes are not PostgreSQL's. */
const UNSUPPORTED: Readonly<Record<number, readonly [asked: string, remedy: string]>> = {
  3: [
    'the password in clear text',
    'Set the method sha256 for this user in pg_hba.conf: a password is not sent readable.',
  ],
  7: ['GSSAPI', 'Set the method sha256 for this user in pg_hba.conf.'],
  11: [
    'MD5 of a password that is stored as SHA256, which no client can answer',
    'Set the method sha256 for this user in pg_hba.conf.',
  ],
  12: ['SHA256_RFC', 'Set the method sha256 for this user in pg_hba.conf.'],
  14: ['IAM', 'Set the method sha256 for this user in pg_hba.conf.'],
};

/** Reads the body of an `R` message: all that stands behind its type and length. */
export function readLoginRequest(body: Buffer): LoginRequest {
  if (body.length < METHOD) return malformed('it is shorter than a code');
  const code = body.readInt32BE(CODE);
  switch (code) {
    case 0:
      return { kind: 'accepted' };
    case 5:
      return body.length === 8
        ? { kind: 'md5', salt: body.subarray(4) }
        : malformed('the salt of MD5 has 4 bytes');
    case 10:
      if (body.toString('latin1', METHOD, SALT) === 'SCRA') return otherServer();
      return readChallenge(body, 'sha256', 2);
    case 13:
      return readChallenge(body, 'sm3', 3);
    default: {
      const [asked, remedy] = UNSUPPORTED[code] ?? [`method ${code}`, 'Report this.'];
      return { kind: 'unsupported', asked, remedy };
    }
  }
}

function readChallenge(body: Buffer, method: DigestMethod, number: number): LoginRequest {
  if (body.length < TAIL) return malformed('it is shorter than salt and token');
  if (body.readInt32BE(METHOD) !== number) {
    const remedy = 'Set the password of this user anew, with password_encryption_type = 2.';
    return {
      kind: 'unsupported',
      asked: `password storage ${body.readInt32BE(METHOD)} with the code of ${method}`,
      remedy,
    };
  }
  const salt = hexBytes(body, SALT, TOKEN);
  const token = hexBytes(body, TOKEN, TAIL);
  if (salt === undefined || token === undefined) {
    return malformed('salt and token are hex digits');
  }
  const tail = body.length - TAIL;
  if (tail === 4) {
    const iterations = body.readInt32BE(TAIL);
    return { kind: 'digest', challenge: { method, salt, token, iterations } };
  }
  const signature = tail === 64 ? hexBytes(body, TAIL, body.length) : undefined;
  if (signature === undefined) {
    return malformed('behind the token stands neither a count of iterations nor a signature');
  }
  return { kind: 'digest', challenge: { method, salt, token, signature } };
}

function hexBytes(body: Buffer, from: number, to: number): Buffer | undefined {
  const digits = body.toString('latin1', from, to);
  return /^[0-9a-fA-F]+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

function malformed(reason: string): LoginRequest {
  return {
    kind: 'malformed',
    reason: `the server's request for a password is malformed: ${reason}`,
  };
}

/** PostgreSQL says with the same code that it speaks SASL, and lists `SCRAM-SHA-256`. */
export function otherServer(): Extract<LoginRequest, { kind: 'unsupported' }> {
  return {
    kind: 'unsupported',
    asked: 'SCRAM as PostgreSQL does: it is no server of the openGauss family',
    remedy: 'Set database.engine to postgres, or correct host and port.',
  };
}
