import { invariant } from './invariant.js';

/**
 * One text for one value: keys sorted, `undefined` members left out, no non-finite numbers. The
 * same encoder serves the log on disk, traces and golden tests, so that "equal" means one thing.
 */
export function encodeCanonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      invariant(Number.isFinite(value), 'A1.8', `${value} cannot be encoded`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : encodeObject(value);
    default:
      invariant(false, 'A1.8', `a ${typeof value} cannot be encoded`);
  }
}

function encodeObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map((item) => encodeCanonical(item)).join(',')}]`;
  const members = Object.entries(value as Record<string, unknown>)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${encodeCanonical(member)}`);
  return `{${members.join(',')}}`;
}
