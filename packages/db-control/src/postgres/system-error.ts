import { types } from 'node:util';

/**
 * The code of an error of the system or a driver. Not asked by `instanceof`: errors of Node's own
 * modules belong to another realm where code runs in a context of its own, as under test.
 */
export function codeOf(thrown: unknown): string | undefined {
  if (!types.isNativeError(thrown) || !('code' in thrown)) return undefined;
  // `ERR_…` is Node saying that it was called wrongly: a bug, and no state of the world.
  const expected = typeof thrown.code === 'string' && !thrown.code.startsWith('ERR_');
  return expected ? String(thrown.code) : undefined;
}
