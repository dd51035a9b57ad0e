import type { Ending, Progress } from '../exploration/explore.js';
import type { Finished } from './run-jobs.js';

const ENDINGS: Readonly<Record<Ending, string>> = {
  exhausted: 'exhausted within its budgets',
  depth: 'bounded by depth',
  states: 'bounded by states',
  time: 'bounded by time',
  violation: 'VIOLATED',
};

export function progressLine(name: string, progress: Progress): string {
  const { states, depth, frontier, seconds } = progress;
  const speed = Math.round(states / Math.max(seconds, 0.001));
  return `  ${name}: ${count(states)} states, depth ${depth}, ${count(frontier)} waiting, ${count(speed)}/s`;
}

/** One line a model, and their sum. */
export function reportTable(finished: readonly Finished[], seconds: number): string {
  const head = ['model', 'states', 'transitions', 'depth', 'waiting', 'states/s', 'MB', 'result'];
  const rows = finished.map(({ job, told: { result, megabytes } }) => [
    job.model,
    count(result.states),
    count(result.transitions),
    String(result.depth),
    count(result.frontier),
    count(Math.round(result.states / Math.max(result.seconds, 0.001))),
    String(megabytes),
    ENDINGS[result.ending],
  ]);
  const sum = (of: (one: Finished) => number): number =>
    finished.reduce((total, one) => total + of(one), 0);
  const states = sum(({ told }) => told.result.states);
  const transitions = sum(({ told }) => told.result.transitions);
  const exhausted = finished.filter(({ told }) => told.result.ending === 'exhausted').length;
  return [
    ...aligned([head, ...rows]),
    `${count(states)} distinct states, ${count(transitions)} transitions in ${seconds.toFixed(0)} s; ${exhausted} of ${finished.length} models exhausted`,
  ].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === row.length - 1
          ? cell.padEnd(width)
          : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
