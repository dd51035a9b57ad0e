interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

const CONTEXT = 3;

/**
 * The difference of two texts in the form that everybody reads, with three lines around each change.
 * Outputs are short, so the table of common subsequences may be quadratic.
 */
export function unifiedDiff(
  expected: readonly string[],
  actual: readonly string[],
  firstLine: number,
): readonly string[] {
  const edits = editsBetween(expected, actual);
  const shown = new Set<number>();
  for (const [at, { mark }] of edits.entries()) {
    if (mark === ' ') continue;
    for (let near = Math.max(0, at - CONTEXT); near <= at + CONTEXT; near++) shown.add(near);
  }
  const lines: string[] = [];
  let old = firstLine;
  for (const [at, { mark, text }] of edits.entries()) {
    if (shown.has(at)) {
      if (!shown.has(at - 1)) lines.push(`@@ line ${old} @@`);
      lines.push(`${mark}${text}`);
    }
    if (mark !== '+') old += 1;
  }
  return lines;
}

function editsBetween(from: readonly string[], to: readonly string[]): readonly Edit[] {
  const common = commonLengths(from, to);
  const length = (i: number, j: number): number => common[i]?.[j] ?? 0;
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    const [old, fresh] = [from[i], to[j]];
    if (old !== undefined && old === fresh) {
      edits.push({ mark: ' ', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || length(i + 1, j) >= length(i, j + 1))) {
      edits.push({ mark: '-', text: old });
      i += 1;
    } else {
      edits.push({ mark: '+', text: fresh ?? '' });
      j += 1;
    }
  }
  return edits;
}

/** `[i][j]`: length of the longest common subsequence of what is left from i and j on. */
function commonLengths(from: readonly string[], to: readonly string[]): readonly number[][] {
  const table = Array.from({ length: from.length + 1 }, () =>
    new Array<number>(to.length + 1).fill(0),
  );
  for (let i = from.length - 1; i >= 0; i--) {
    const row = table[i] ?? [];
    const below = table[i + 1] ?? [];
    for (let j = to.length - 1; j >= 0; j--) {
      row[j] =
        from[i] === to[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
