import { isSource } from '../source-tree.mjs';

export const RULES_FILE = 'docs/reference/raft-rules.md';
const CITED = /\bR(\d{1,2})\b/g;

/** Every rule that the code cites stands in the list of rules, so that a reader can look it up. */
export function ruleNumbers(tree) {
  if (!tree.has(RULES_FILE)) return [{ path: RULES_FILE, message: 'is missing' }];
  const known = new Set(
    [...tree.text(RULES_FILE).matchAll(/^\| R(\d{1,2}) \|/gm)].map(([, number]) => number),
  );
  const findings = [];
  for (const path of tree.paths.filter(isSource)) {
    for (const [index, line] of tree.text(path).split('\n').entries()) {
      for (const [rule, number] of line.matchAll(CITED)) {
        if (!known.has(number)) {
          findings.push({ path, line: index + 1, message: `${rule} is not in ${RULES_FILE}` });
        }
      }
    }
  }
  return findings;
}
