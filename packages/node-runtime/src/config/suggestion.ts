/** What to write instead of an unknown key: the nearest known one, or all that are known. */
export function suggestion(unknown: string, known: readonly string[]): string {
  const near = nearest(unknown, known);
  const list = `one of ${known.join(', ')}`;
  return near === undefined ? list : `${list} (did you mean ${near}?)`;
}

/** The known word with the fewest edits, when they are few enough to be a slip. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(unknown.length / 3));
  const ranked = known
    .map((word) => ({ word, distance: editDistance(simplified(unknown), simplified(word)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.word;
}

/** `data_dir`, `data-dir` and `dataDir` are one word to a person. */
function simplified(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
