const LINK = /\[((?:[^\][]|\\.)*)\]\(\.\.\/([^)\s]+)\)/g;

/**
 * The counterexamples that `docs/protocol.md` lists: what is left out, and the tests that are named
 * for it, each with its file from the root of the repository.
 */
export function counterexamplesOf(protocol) {
  const section = protocol.slice(protocol.indexOf('\n## 9. Counterexamples'));
  return section
    .slice(0, section.indexOf('\n## 10.'))
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('.test.ts)'))
    .map((line) => ({
      leftOut: line.split(/(?<!\\)\|/)[1].trim(),
      tests: [...line.matchAll(LINK)].map(([, name, file]) => ({ name: plain(name), file })),
    }));
}

/**
 * Those that no mutant showed: none of their named tests failed when a rule was taken away. Such a
 * test may be one that cannot fail.
 */
export function notShown(counterexamples, outcomes) {
  const failures = outcomes.flatMap(({ results }) => results.flatMap(({ failed }) => failed));
  return counterexamples.filter(
    ({ tests }) =>
      !tests.some(({ name, file }) =>
        failures.some((failure) => failure.file === file && nameOf(name).test(failure.name)),
      ),
  );
}

const plain = (label) => label.replace(/^`|`$/g, '').replace(/\\(.)/g, '$1');

/**
 * As documents name tests: by a part of the name, with the place of a table's row left open (`a late %s
 * is refused`), or by the row alone.
 */
function nameOf(name) {
  const parts = name.split('%s').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(^|\\W)${parts.join('.*')}(\\W|$)`);
}
