import type { Model, Vector } from './model.js';

/** A shortest way to break an invariant, in words. */
export interface Counterexample {
  readonly violation: string;
  readonly steps: readonly string[];
  /** The last state, one part a line. */
  readonly end: readonly string[];
}

/** Walks a path of ordinals from the initial state, and says what each step was. */
export function replay(model: Model, path: readonly number[], violation: string): Counterexample {
  let state = model.initial();
  const steps = path.map((ordinal) => {
    const step = successorAt(model, state, ordinal);
    const label = model.label(state, step.what, step.detail);
    state = step.next;
    return label;
  });
  return { violation, steps, end: model.describe(state) };
}

interface Step {
  readonly next: Vector;
  readonly what: number;
  readonly detail: number;
}

function successorAt(model: Model, state: Vector, ordinal: number): Step {
  let place = 0;
  const found: Step[] = [];
  model.successors(state, (next, what, detail) => {
    if (place++ === ordinal) found.push({ next, what, detail });
  });
  const [step] = found;
  if (step === undefined) throw new RangeError('the model is not deterministic');
  return step;
}

/** The counterexample as lines of text. */
export function printCounterexample(name: string, found: Counterexample): string {
  const steps = found.steps.map((step, place) => `${String(place + 1).padStart(4)}. ${step}`);
  const end = found.end.map((line) => `      ${line}`);
  return [`${name}: ${found.violation}`, ...steps, '      then:', ...end].join('\n');
}
