/**
 * Where a mutant's text stands: the places of `find` in the source, or in the one function `inside`
 * where that is named. Exactly one place is right. How the lines are broken does not count, since a
 * formatter decides that.
 */
exports.placesOf = (source, { find, inside }) => {
  const start = inside === undefined ? 0 : source.search(new RegExp(`function ${inside}\\b`));
  if (start < 0) return [];
  const end = inside === undefined ? source.length : source.indexOf('\n}\n', start);
  const words = find.trim().split(/\s+/).map(escaped);
  const places = [];
  for (const { 0: text, index } of source.matchAll(new RegExp(words.join('\\s+'), 'g'))) {
    if (index >= start && index + text.length <= end) places.push({ at: index, text });
  }
  return places;
};

/** The source with the change in its place. */
exports.changedAt = (source, { at, text }, replace) =>
  source.slice(0, at) + replace + source.slice(at + text.length);

const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
