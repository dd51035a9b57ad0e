import type { LoginFlavour } from '@mha4rdb/db-probe';
import { isAvailable, md5Answer, MOST_ITERATIONS, prove } from './proof.js';
import type { DigestChallenge, LoginRequest } from './request.js';

/** Who logs in. Without a password none is ever sent, which no server counts. */
export interface Credentials {
  readonly user: string;
  readonly password?: string;
}

/** The text of the password message, or why none is sent. */
export type LoginAnswerText =
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'refuse'; readonly code: RefusalCode; readonly reason: string };

/** `28P01` where the server would say so itself: the password was tried here and is another one. */
export type RefusalCode = 'NO_PASSWORD' | 'UNSUPPORTED_LOGIN' | '28P01';

/** A request for something. */
export type Demand = Exclude<LoginRequest, { kind: 'accepted' }>;

/** Answers a request for a password. Slow on purpose, off the event loop: it hashes many times. */
export async function answerLogin(
  request: Demand,
  { user, password }: Credentials,
  flavour: LoginFlavour,
): Promise<LoginAnswerText> {
  if (request.kind === 'unsupported') {
    return refuse(
      'UNSUPPORTED_LOGIN',
      `the server asks ${user} for ${request.asked}. ${request.remedy}`,
    );
  }
  if (request.kind === 'malformed') return refuse('UNSUPPORTED_LOGIN', request.reason);
  if (password === undefined || password === '') {
    return refuse(
      'NO_PASSWORD',
      `the server asks ${user} for a password and none is configured. ` +
        'Name its file in the configuration, or let pg_hba.conf trust this user on the local socket.',
    );
  }
  if (request.kind === 'md5') {
    return { kind: 'send', text: md5Answer(user, password, request.salt) };
  }
  return answerChallenge(request.challenge, user, password, flavour);
}

async function answerChallenge(
  challenge: DigestChallenge,
  user: string,
  password: string,
  flavour: LoginFlavour,
): Promise<LoginAnswerText> {
  if (!isAvailable(challenge.method)) {
    return refuse(
      'UNSUPPORTED_LOGIN',
      `the server asks ${user} for ${challenge.method}, which the OpenSSL of this Node lacks. ` +
        'Use a Node built with it, or the method sha256 in pg_hba.conf.',
    );
  }
  const count = challenge.iterations;
  if (count !== undefined && (count < 1 || count > MOST_ITERATIONS)) {
    return refuse(
      'UNSUPPORTED_LOGIN',
      `the server asks ${user} to hash ${count} times. ` +
        `Set auth_iteration_count to at most ${MOST_ITERATIONS} and the password anew.`,
    );
  }
  const proof = await prove(challenge, password, flavour.knownIterations);
  if (proof === undefined) {
    return refuse(
      '28P01',
      `the password of ${user} does not explain the signature of the server; it was not sent`,
    );
  }
  return { kind: 'send', text: proof.answer.toString('hex') };
}

function refuse(code: RefusalCode, reason: string): LoginAnswerText {
  return { kind: 'refuse', code, reason };
}
