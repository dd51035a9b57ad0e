import { ClusterError } from '../cluster-error.js';

/** Where a member answers. */
export interface Endpoint {
  /** HOST:PORT, with an IPv6 host in brackets. */
  readonly address: string;
  readonly url: string;
}

const DEFAULT_PORT = '7400';

/**
 * Reads `HOST`, `HOST:PORT`, `[IPV6]:PORT`, or the same behind `https://` or `http://`. Without a
 * scheme it is https, or http where `insecure` says so; http must be allowed by `insecure`.
 */
export function endpointOf(text: string, insecure: boolean): Endpoint {
  const [, scheme, rest] = /^(?:(https?):\/\/)?([^/?#@\s]+)\/?$/.exec(text.trim()) ?? [];
  if (rest === undefined || !URL.canParse(`http://${rest}`)) {
    throw badEndpoint(text, 'it is not HOST:PORT', 'write it like 10.77.0.11:7400');
  }
  if (scheme === 'http' && !insecure) {
    throw badEndpoint(text, 'it is not encrypted', 'use https, or say insecure on purpose');
  }
  // A URL drops the port that is its scheme's own.
  const written = /:(\d+)$/.exec(rest)?.[1];
  const address = `${new URL(`http://${rest}`).hostname}:${written ?? DEFAULT_PORT}`;
  return { address, url: `${scheme ?? (insecure ? 'http' : 'https')}://${address}` };
}

function badEndpoint(text: string, why: string, remedy: string): ClusterError {
  return new ClusterError(
    'invalid_argument',
    'bad-endpoint',
    `endpoint "${text}" cannot be used: ${why}`,
    { remedy },
  );
}
