import type { ScriptedFault } from './fault.js';
import { CALM } from './network.js';
import type { SimulationOptions } from './options.js';
import type { SimulationResult } from './run.js';

/** What shrinking may take: runs, and events in all of them together. */
export interface Budget {
  readonly runs: number;
  readonly events: number;
}

/** Some minutes at most. */
const USUAL: Budget = { runs: 400, events: 15_000_000 };

/** How a run is made; a test puts a broken cluster in its place. */
export type Simulate = (options: SimulationOptions) => SimulationResult;

export interface Shrunk {
  /** The smallest failing run that was found, and how many were tried for it. */
  readonly result: SimulationResult;
  readonly tried: number;
}

/**
 * Makes a failing run short: the recorded faults become a script, of which is left out whatever the
 * failure does not need; then the rest of the options is made simpler. Every step is a whole run that
 * breaks the same promise. Bounded by `budget`, so that it ends soon; smaller ones may exist.
 *
 * @param onTry told after each run how many faults are left.
 */
export function shrink(
  failing: SimulationResult,
  run: Simulate,
  budget: Partial<Budget> = {},
  onTry: (tried: number, faults: number) => void = () => undefined,
): Shrunk {
  const search = new Search(failing, run, { ...USUAL, ...budget }, onTry);
  search.attempt(scripted(failing));
  search.dropKinds();
  search.dropFaults();
  search.simplify();
  search.dropMembers();
  // What was needed among many may not be needed among few.
  search.dropFaults();
  search.shorten();
  return { result: search.best, tried: search.tried };
}

/** The same run from its record, ended where it failed. */
function scripted({ options, injected, violation }: SimulationResult): SimulationOptions {
  const end = Math.min(options.faultyMs, Math.ceil((violation?.at ?? options.faultyMs) + 1));
  return { ...options, faults: [], script: injected, faultyMs: end };
}

class Search {
  tried = 0;
  private events = 0;

  constructor(
    public best: SimulationResult,
    private readonly run: Simulate,
    private readonly budget: Budget,
    private readonly onTry: (tried: number, faults: number) => void,
  ) {}

  /** Runs it; keeps it if it breaks the same promise. */
  attempt(options: SimulationOptions): boolean {
    if (this.tried >= this.budget.runs || this.events >= this.budget.events) return false;
    this.tried += 1;
    const result = this.run(options);
    this.events += result.events;
    const fails = result.violation?.invariant === this.best.violation?.invariant;
    if (fails) this.best = result;
    this.onTry(this.tried, this.best.injected.length);
    return fails;
  }

  dropKinds(): void {
    const kinds = new Set(this.script.map(({ fault }) => fault));
    for (const kind of kinds) this.keep(this.script.filter(({ fault }) => fault !== kind));
  }

  /** Leaves out halves, quarters, … and at last single faults, from the end on. */
  dropFaults(): void {
    for (let size = Math.ceil(this.script.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let from = this.script.length - size; from > -size; from -= size) {
        const { script } = this;
        const begin = Math.max(0, from);
        this.keep([...script.slice(0, begin), ...script.slice(from + size)]);
      }
    }
  }

  simplify(): void {
    const { options } = this.best;
    this.attempt({ ...options, weather: CALM });
    this.attempt({ ...this.best.options, liveness: false });
    for (const [place, fault] of this.script.entries()) {
      if (fault.forMs === undefined || fault.forMs <= 2000) continue;
      this.keep(this.script.with(place, { ...fault, forMs: Math.round(fault.forMs / 2) }));
    }
  }

  dropMembers(): void {
    for (const { id } of this.best.options.members.toReversed()) {
      const { members } = this.best.options;
      if (members.length <= 2) return;
      const script = this.script.filter(({ member, to }) => member !== id && to !== id);
      this.attempt({
        ...this.best.options,
        members: members.filter((member) => member.id !== id),
        script,
      });
    }
  }

  /** What comes late may as well come early; then nothing more has to be read. */
  shorten(): void {
    const first = this.script[0]?.atMs ?? 0;
    for (const sooner of [first - 8000, first - 15_000, (first - 8000) / 2]) {
      if (sooner <= 0) continue;
      const script = this.script.map((fault) => ({ ...fault, atMs: fault.atMs - sooner }));
      const { options } = this.best;
      if (this.attempt({ ...options, script, faultyMs: options.faultyMs - sooner })) return;
    }
  }

  private keep(script: readonly ScriptedFault[]): void {
    if (script.length === this.script.length && script === this.script) return;
    this.attempt({ ...this.best.options, script });
  }

  private get script(): readonly ScriptedFault[] {
    return this.best.options.script;
  }
}
