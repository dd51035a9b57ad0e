import { createContextKey, type ContextValues, createContextValues } from '@connectrpc/connect';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { parse } from 'yaml';
import { err, ok, type Result } from '@mha4rdb/kernel';

/**
 * Who calls. A member's certificate may do everything, since members forward orders to each other. An
 * `outsider` shows a certificate of our authority that names no member: not yet, or no more.
 */
export interface Identity {
  readonly kind: 'member' | 'operator' | 'viewer' | 'outsider' | 'unknown';
  /** Node id or the token's name; for the history. */
  readonly name: string;
}

export const UNKNOWN_CALLER: Identity = { kind: 'unknown', name: '' };

/** The caller of the request at hand. */
export const identityKey = createContextKey<Identity>(UNKNOWN_CALLER, {
  description: 'caller',
});

export interface Token {
  readonly kind: 'operator' | 'viewer';
  readonly name: string;
  /** SHA-256: comparing digests takes the same time whatever the lengths. */
  readonly digest: Buffer;
}

/** Shorter ones could be guessed. */
const SHORTEST_TOKEN = 16;

/**
 * Reads `{ operator: [TOKEN, …], viewer: [TOKEN, …] }`, or names before the tokens, which then stand
 * in the history: `{ operator: { NAME: TOKEN } }`. A message never shows a token.
 */
export function readTokens(file: string): Result<readonly Token[], 'tokens'> {
  const expected =
    'write { operator: { NAME: TOKEN }, viewer: { NAME: TOKEN } } with at least ' +
    `${SHORTEST_TOKEN} characters each (openssl rand -base64 30)`;
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch {
    return err('tokens', `cannot read tokens from ${file}`, expected);
  }
  const tokens: Token[] = [];
  for (const [kind, group] of Object.entries((content ?? {}) as Record<string, unknown>)) {
    if ((kind !== 'operator' && kind !== 'viewer') || typeof group !== 'object') {
      return err('tokens', `${file}: ${kind} is not a group of tokens`, expected);
    }
    for (const [key, token] of Object.entries((group ?? {}) as Record<string, unknown>)) {
      if (typeof token !== 'string' || token.length < SHORTEST_TOKEN) {
        return err('tokens', `${file}: ${kind}.${key} is no token`, expected);
      }
      const name = Array.isArray(group) ? `${kind}-${Number(key) + 1}` : key;
      tokens.push({ kind, name, digest: digestOf(token) });
    }
  }
  return ok(tokens);
}

export interface IdentityOptions {
  /** No TLS and no tokens: everybody on this network may do everything. */
  readonly insecure: boolean;
  readonly tokens: readonly Token[];
  readonly isMember: (id: string) => boolean;
  readonly wasMember: (id: string) => boolean;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;

export function contextOf(options: IdentityOptions, request: AnyRequest): ContextValues {
  return createContextValues().set(identityKey, identify(options, request));
}

/** Who sent a request, by certificate or token. */
export function identify(options: IdentityOptions, request: AnyRequest): Identity {
  if (options.insecure) return { kind: 'operator', name: 'insecure' };
  const name = certificateName(request);
  if (name !== undefined && options.isMember(name)) return { kind: 'member', name };
  const nobody: Identity = name === undefined ? UNKNOWN_CALLER : { kind: 'outsider', name };
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return nobody;
  const digest = digestOf(bearer);
  // All are compared, so that the time says nothing about which one is near.
  const matching = options.tokens.filter((token) => timingSafeEqual(token.digest, digest));
  return matching[0] ?? nobody;
}

/** The common name of a certificate that our authority signed; `undefined` for every other. */
function certificateName(request: AnyRequest): string | undefined {
  const socket = 'stream' in request ? request.stream.session?.socket : request.socket;
  const secure = socket as Partial<TLSSocket> | undefined;
  if (secure?.authorized !== true) return undefined;
  const name = secure.getPeerCertificate?.().subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
