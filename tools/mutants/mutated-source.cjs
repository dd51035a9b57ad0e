const { changedAt, placesOf } = require('./place-in-source.cjs');

/**
 * The one change of this process, if it is to run a mutant: `MUTANT` holds
 * `{ file, find, inside?, replace }`, with the absolute path of the file. Nothing is written: the
 * source is changed on its way from disk to compiler, so that no mutant can be left in a work tree.
 */
const mutant = process.env.MUTANT === undefined ? null : JSON.parse(process.env.MUTANT);

/** What a compiler shall see in place of `source`. */
exports.mutatedSource = (file, source) => {
  if (mutant === null || mutant.file !== file) return source;
  const [place, ...more] = placesOf(source, mutant);
  if (place === undefined || more.length > 0) {
    throw new Error(`the mutant's text does not stand exactly once in ${file}: ${mutant.find}`);
  }
  return changedAt(source, place, mutant.replace);
};
