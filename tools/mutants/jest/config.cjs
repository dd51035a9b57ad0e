const { join } = require('node:path');

const root = join(__dirname, '../../..');
const preset = require(join(root, 'jest.preset.cjs'));
const [[pattern, [, options]]] = Object.entries(preset.transform);

/** A package's tests as they run everywhere else, compiled by way of the mutant. */
module.exports = {
  ...preset,
  rootDir: join(root, 'packages', process.env.MUTANT_PACKAGE ?? 'core'),
  transform: { [pattern]: [join(__dirname, 'transformer.cjs'), options] },
};
