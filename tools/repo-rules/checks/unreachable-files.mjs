import { posix } from 'node:path';

const PROJECT_SOURCE = /^(?:packages|apps)\/[^/]+\/src\/.*\.ts$/;
const ENTRY = /\/src\/(?:index|main|cli)\.ts$|\.test\.ts$|\.d\.ts$/;
const MANIFEST = /^(?:packages|apps)\/[^/]+\/package\.json$/;
/** What a manifest exports besides `index`, as source. */
const EXPORTED = /"@mha4rdb\/source":\s*"(\.\/src\/[^"]+)"/g;
const SPECIFIER = /(?:from|import|import\()\s*'(\.{1,2}\/[^']+)'/g;

/** A source file that no entry point and no test reaches is dead. */
export function unreachableFiles(tree) {
  const sources = tree.paths.filter((path) => PROJECT_SOURCE.test(path));
  const reached = new Set();
  const waiting = [...sources.filter((path) => ENTRY.test(path)), ...exported(tree)];
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

function exported(tree) {
  return tree.paths
    .filter((path) => MANIFEST.test(path))
    .flatMap((path) =>
      [...tree.text(path).matchAll(EXPORTED)].map(([, source]) =>
        posix.join(posix.dirname(path), source),
      ),
    );
}
