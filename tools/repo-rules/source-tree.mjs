import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NOT_OURS = new Set([
  'node_modules',
  'dist',
  'out-tsc',
  'coverage',
  '.nx',
  '.lab',
  '.git',
  'gen',
]);

/**
 * The files that people write, by path from the root with `/`. A tree is a plain object, so that
 * the tests of a check can make a small one by hand.
 */
export function readTree(root) {
  const paths = [];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) paths.push(path);
    }
  };
  walk('');
  const texts = new Map();
  return treeOf(paths.sort(), (path) => {
    if (!texts.has(path)) texts.set(path, readFileSync(join(root, path), 'utf8'));
    return texts.get(path);
  });
}

export function treeOf(paths, text) {
  const known = new Set(paths);
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      known.add(path.slice(0, end));
    }
  }
  return { paths, text, has: (path) => known.has(path) };
}

export const isSource = (path) => /\.(?:ts|mjs|cjs)$/.test(path);
export const isDocument = (path) => path.endsWith('.md');
export const isCode = (path) =>
  isSource(path) ||
  /\.(?:proto|ya?ml|json|sh|service|conf|npmrc)$/.test(path) ||
  /\/bin\/[^/.]+$/.test(path);
