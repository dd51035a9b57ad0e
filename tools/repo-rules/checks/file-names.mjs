import { isSource } from '../source-tree.mjs';

const VAGUE = /^(?:.*-)?(?:utils?|helpers?|common|misc)$/;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+(?:-[a-z]+)*)*\.(?:ts|mjs|cjs)$/;

/** A file carries the name of its one concept, in kebab-case; a vague name hides several. */
export function fileNames(tree) {
  const findings = [];
  for (const path of tree.paths) {
    const parts = path.split('/');
    const vague = parts.map((part) => part.replace(/\..*$/, '')).find((stem) => VAGUE.test(stem));
    if (vague !== undefined) {
      findings.push({
        path,
        message: `"${vague}" names no concept; name the file after what it holds`,
      });
    }
    const name = parts.at(-1) ?? '';
    if (isSource(path) && !KEBAB.test(name)) {
      findings.push({ path, message: `"${name}" is not kebab-case` });
    }
  }
  return findings;
}
