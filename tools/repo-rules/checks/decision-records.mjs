const RECORD = /^docs\/adr\/(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/;
const SECTIONS = ['Context', 'Decision', 'Consequences', 'Rejected'];

/** Decision records are numbered from 0001 without a gap, and each has the same four parts. */
export function decisionRecords(tree) {
  const records = tree.paths.filter((path) => path.startsWith('docs/adr/')).sort();
  return records.flatMap((path, index) => {
    const number = RECORD.exec(path)?.[1];
    if (number === undefined) return [{ path, message: 'is not named NNNN-title.md' }];
    const text = tree.text(path);
    const expected = String(index + 1).padStart(4, '0');
    return [
      ...(number === expected ? [] : [`has number ${number}, expected ${expected}`]),
      ...(text.startsWith(`# ${Number(number)}. `)
        ? []
        : [`must begin with "# ${Number(number)}. "`]),
      ...SECTIONS.filter((section) => !text.includes(`\n## ${section}\n`)).map(
        (section) => `has no part "## ${section}"`,
      ),
    ].map((message) => ({ path, message }));
  });
}
