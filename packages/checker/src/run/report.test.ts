import type { Ending, Exploration } from '../exploration/explore.js';
import { reportTable } from './report.js';
import type { Finished } from './run-jobs.js';

function finished(model: string, ending: Ending, states: number): Finished {
  const result: Exploration = {
    states,
    transitions: 3 * states,
    depth: 12,
    frontier: ending === 'exhausted' ? 0 : 70,
    seconds: 2,
    ending,
    counterexample: null,
  };
  const limits = { states, depth: 100, seconds: 100 };
  return {
    job: { model, leftOut: null, limits },
    told: { kind: 'ended', result, megabytes: 90 },
  };
}

describe('the report of a run', () => {
  it('says of each model what it exhausted or what cut it off, and counts all states', () => {
    const table = reportTable(
      [finished('one', 'exhausted', 1000), finished('other', 'states', 2000)],
      4.4,
    );
    expect(table.split('\n')).toEqual([
      'model  states  transitions  depth  waiting  states/s  MB  result',
      'one     1,000        3,000     12        0       500  90  exhausted within its budgets',
      'other   2,000        6,000     12       70     1,000  90  bounded by states',
      '3,000 distinct states, 9,000 transitions in 4 s; 1 of 2 models exhausted',
    ]);
  });

  it.each([
    ['time', 'bounded by time'],
    ['depth', 'bounded by depth'],
    ['violation', 'VIOLATED'],
  ] as const)('calls no model exhausted that %s ended', (ending, words) => {
    const table = reportTable([finished('one', ending, 5)], 1);
    expect(table).toContain(words);
    expect(table).toContain('0 of 1 models exhausted');
  });
});
