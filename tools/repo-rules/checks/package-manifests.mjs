import { PURE_PACKAGES } from '../eslint/purity.mjs';
import { boundaries } from '../eslint/boundaries.mjs';

const MANIFEST = /^(?:packages\/[^/]+|apps\/[^/]+|tools|e2e)\/package\.json$/;
const TYPES = new Set(boundaries.depConstraints.map(({ sourceTag }) => sourceTag));

/**
 * What boundaries and purity rest on: every project has exactly one `type:` tag that a constraint
 * knows, and a pure package compiles without the types of Node or of a browser.
 */
export function packageManifests(tree) {
  return tree.paths
    .filter((path) => MANIFEST.test(path))
    .flatMap((path) => {
      const manifest = JSON.parse(tree.text(path));
      const tags = manifest.nx?.tags ?? [];
      const types = tags.filter((tag) => tag.startsWith('type:'));
      const pure = PURE_PACKAGES.includes(path.split('/')[1] ?? '');
      return [
        ...(manifest.license === 'Apache-2.0' ? [] : ['must have the license Apache-2.0']),
        ...(types.length === 1 && TYPES.has(types[0])
          ? []
          : ['needs exactly one known "type:" tag']),
        ...(tags.includes('runtime:pure') === pure
          ? []
          : ['the tag runtime:pure and the list of pure packages disagree']),
        ...(pure ? pureCompilation(tree, path) : []),
      ].map((message) => ({ path, message }));
    });
}

function pureCompilation(tree, manifest) {
  const config = manifest.replace('package.json', 'tsconfig.lib.json');
  const { extends: base, compilerOptions = {} } = JSON.parse(tree.text(config));
  const shared = JSON.parse(tree.text('tsconfig.pure.json')).compilerOptions;
  const untouched = !('types' in compilerOptions) && !('lib' in compilerOptions);
  const bare = shared.types.length === 0 && shared.lib.every((lib) => /^es\d+$/i.test(lib));
  return base === '../../tsconfig.pure.json' && untouched && bare
    ? []
    : [
        'is pure, so tsconfig.lib.json must take types and lib from tsconfig.pure.json, which has none',
      ];
}
