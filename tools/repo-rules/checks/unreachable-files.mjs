import { posix } from 'node:path';

const PROJECT_SOURCE = /^(?:packages|apps)\/[^/]+\/src\/.*\.ts$/;
const ENTRY = /\/src\/(?:index|main|cli)\.ts$|\.test\.ts$|\.d\.ts$/;
const SPECIFIER = /(?:from|import|import\()\s*'(\.{1,2}\/[^']+)'/g;

/** A source file that no entry point and no test reaches is dead. */
export function unreachableFiles(tree) {
  const sources = tree.paths.filter((path) => PROJECT_SOURCE.test(path));
  const reached = new Set();
  const waiting = sources.filter((path) => ENTRY.test(path));
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (reached.has(path) || !tree.has(path)) continue;
    reached.add(path);
    for (const [, specifier] of tree.text(path).matchAll(SPECIFIER)) {
      const target = posix.join(posix.dirname(path), specifier);
      waiting.push(target.replace(/\.js$/, '.ts'));
    }
  }
  return sources
    .filter((path) => !reached.has(path))
    .map((path) => ({ path, message: 'nothing imports it' }));
}
