import { readFileSync } from 'node:fs';
import { allSituations, currentTable, scriptHeads, TABLE } from './index.js';
import { scriptsFor } from './table.js';

test.each(
  allSituations().flatMap(({ title, situations }) =>
    situations.map((situation) => [title, situation.key, situation] as const),
  ),
)('%s: "%s" is shown by a script, or says what shows it', (_, key, situation) => {
  const scripts = scriptsFor(situation, scriptHeads());
  expect({ key, shown: scripts.length > 0 || situation.elsewhere !== undefined }).toEqual({
    key,
    shown: true,
  });
});

test('docs/reference/scenarios.md is what `npm run scenarios -- --table` writes', () => {
  expect(readFileSync(TABLE, 'utf8')).toBe(currentTable());
});

test('the protocol’s own situations are found in it', () => {
  const [when, counterexamples] = allSituations();
  expect(when?.situations.length).toBeGreaterThanOrEqual(6);
  expect(counterexamples?.situations.length).toBeGreaterThanOrEqual(33);
});
