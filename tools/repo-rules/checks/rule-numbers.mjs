import { posix } from 'node:path';
import { isSource } from '../source-tree.mjs';

export const RULES_FILE = 'docs/reference/raft-rules.md';
const CITED = /\bR(\d{1,2})\b/g;
const ROW = /^\| R(\d{1,2}) +\|/;
const LINKED = /\]\(([^)]+\.ts)\)/g;

/**
 * Every rule that the code cites stands in the list of rules, so that a reader can look it up; and
 * every file that the list names for a rule cites it, so that the list is not a wish.
 */
export function ruleNumbers(tree) {
  if (!tree.has(RULES_FILE)) return [{ path: RULES_FILE, message: 'is missing' }];
  const rows = tree
    .text(RULES_FILE)
    .split('\n')
    .flatMap((text, index) => {
      const number = ROW.exec(text)?.[1];
      return number === undefined ? [] : [{ number, text, line: index + 1 }];
    });
  const known = new Set(rows.map(({ number }) => number));
  return [...unknownCitations(tree, known), ...emptyClaims(tree, rows)];
}

function unknownCitations(tree, known) {
  return tree.paths.filter(isSource).flatMap((path) =>
    tree
      .text(path)
      .split('\n')
      .flatMap((line, index) =>
        [...line.matchAll(CITED)]
          .filter(([, number]) => !known.has(number))
          .map(([rule]) => ({
            path,
            line: index + 1,
            message: `${rule} is not in ${RULES_FILE}`,
          })),
      ),
  );
}

function emptyClaims(tree, rows) {
  return rows.flatMap(({ number, text, line }) =>
    [...text.matchAll(LINKED)]
      .map(([, target]) => posix.normalize(posix.join(posix.dirname(RULES_FILE), target)))
      .filter((file) => tree.has(file) && !new RegExp(`\\bR${number}\\b`).test(tree.text(file)))
      .map((file) => ({ path: RULES_FILE, line, message: `${file} does not cite R${number}` })),
  );
}
