const { createTransformer } = require('@swc/jest');
const { mutatedSource } = require('../mutated-source.cjs');

/**
 * The packages' own transformer, with the mutant put in front. Jest caches by content: what the
 * mutant does not touch is compiled once for all of them.
 */
exports.createTransformer = (options) => {
  const swc = createTransformer(options);
  return {
    canInstrument: swc.canInstrument,
    process: (source, file, settings) => swc.process(mutatedSource(file, source), file, settings),
    getCacheKey: (source, file, settings) =>
      swc.getCacheKey(mutatedSource(file, source), file, settings),
  };
};
