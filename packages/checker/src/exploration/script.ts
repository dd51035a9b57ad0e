import type { Model, Vector } from './model.js';

/**
 * What happens before exploring begins, so that a model starts deep: words that are looked for in
 * the labels of the next steps, in order. `settle` takes steps of the calm kinds until there is none,
 * `lose all` those of the losing kinds.
 */
export type Script = readonly string[];

export function play(
  model: Model,
  from: Vector,
  script: Script,
  calm: readonly number[],
  losing: readonly number[] = [],
): Vector {
  return script.reduce((state, line) => {
    if (line === 'settle') return repeat(model, state, calm);
    if (line === 'lose all') return repeat(model, state, losing);
    return take(model, state, line);
  }, from);
}

function take(model: Model, state: Vector, line: string): Vector {
  const next = first(model, state, (what, detail) =>
    model.label(state, what, detail).startsWith(line),
  );
  if (next === null) throw new RangeError(`no step is "${line}"`);
  return next;
}

function repeat(model: Model, from: Vector, kinds: readonly number[]): Vector {
  let state = from;
  for (let next: Vector | null = from; next !== null;) {
    state = next;
    next = first(model, state, (what) => kinds.includes(what));
  }
  return state;
}

function first(
  model: Model,
  state: Vector,
  which: (what: number, detail: number) => boolean,
): Vector | null {
  const found: Vector[] = [];
  model.successors(state, (next, what, detail) => {
    if (which(what, detail)) found.push(next);
  });
  return found[0] ?? null;
}
