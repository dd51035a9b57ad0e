import { Ancestry } from './ancestry.js';
import { fingerprintInto } from './fingerprint.js';
import { FingerprintSet } from './fingerprint-set.js';
import { Frontier } from './frontier.js';
import { replay, type Counterexample } from './counterexample.js';
import type { Model, Vector } from './model.js';

export interface Limits {
  /** Distinct states. */
  readonly states: number;
  /** Steps from the initial state. */
  readonly depth: number;
  /** Seconds of wall clock. */
  readonly seconds: number;
}

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States that are known and not expanded yet. */
  readonly frontier: number;
  readonly seconds: number;
}

/** `exhausted`: every state that the model's own budgets allow was expanded; else what cut it off. */
export type Ending = 'exhausted' | 'depth' | 'states' | 'time' | 'violation';

export interface Exploration extends Progress {
  readonly ending: Ending;
  readonly counterexample: Counterexample | null;
}

/** What the explorer is told by its surroundings: it has no clock of its own. */
export interface Surroundings {
  /** Seconds since any moment. */
  readonly clock: () => number;
  readonly onProgress?: (progress: Progress) => void;
}

const CHECK_EVERY = 1024;
const REPORT_SECONDS = 5;

/**
 * Breadth first, so that the first counterexample is a shortest one. States are told apart by
 * 64-bit fingerprints of their canonical form; the frontier keeps them as they were reached, so that
 * a path reads with the names that it began with.
 */
export function explore(model: Model, limits: Limits, surroundings: Surroundings): Exploration {
  return new Run(model, limits, surroundings).explore();
}

class Run {
  private readonly known = new FingerprintSet();
  private readonly ancestry = new Ancestry();
  private readonly fingerprint = { low: 0, high: 0 };
  private readonly startedAt: number;
  private reportedAt: number;
  private current = new Frontier();
  private next = new Frontier();
  private transitions = 0;
  private depth = 0;
  private expanded = 0;
  private found: {
    readonly parent: number;
    readonly ordinal: number;
    readonly why: string;
  } | null = null;

  constructor(
    private readonly model: Model,
    private readonly limits: Limits,
    private readonly surroundings: Surroundings,
  ) {
    this.startedAt = surroundings.clock();
    this.reportedAt = this.startedAt;
  }

  explore(): Exploration {
    const first = this.model.initial();
    this.isNew(first);
    this.current.push(this.ancestry.add(0, 0), first);
    const wrong = this.model.violation(first);
    if (wrong !== null) return this.result('violation', replay(this.model, [], wrong));
    const ending = this.levels();
    const { found } = this;
    if (found === null) return this.result(ending, null);
    const path = [...this.ancestry.pathTo(found.parent), found.ordinal];
    return this.result('violation', replay(this.model, path, found.why));
  }

  private levels(): Ending {
    while (this.current.size > 0) {
      if (this.depth >= this.limits.depth) return 'depth';
      const cut = this.level();
      if (cut !== null) return cut;
      this.depth += 1;
      [this.current, this.next] = [this.next, this.current];
      this.next.clear();
    }
    return 'exhausted';
  }

  private level(): Ending | null {
    const { current, limits, ancestry } = this;
    for (let item = current.shift(); item !== null; item = current.shift()) {
      this.expand(item.number, item.vector);
      if (this.found !== null) return 'violation';
      if (ancestry.size >= limits.states) return 'states';
      if (++this.expanded % CHECK_EVERY === 0 && this.isOverTime()) return 'time';
    }
    return null;
  }

  private expand(parent: number, vector: Vector): void {
    let ordinal = 0;
    this.model.successors(vector, (next, _what, _detail, violation) => {
      const place = ordinal++;
      this.transitions += 1;
      if (this.found !== null) return;
      if (violation !== undefined) this.found = { parent, ordinal: place, why: violation };
      else if (this.isNew(next)) {
        this.next.push(this.ancestry.add(parent, place), next);
        const why = this.model.violation(next);
        if (why !== null) this.found = { parent, ordinal: place, why };
      }
    });
  }

  private isNew(vector: Vector): boolean {
    fingerprintInto(this.fingerprint, this.model.canonical?.(vector) ?? vector);
    return this.known.add(this.fingerprint);
  }

  private isOverTime(): boolean {
    const now = this.surroundings.clock();
    if (now - this.reportedAt >= REPORT_SECONDS) {
      this.reportedAt = now;
      this.surroundings.onProgress?.(this.progress());
    }
    return now - this.startedAt >= this.limits.seconds;
  }

  private progress(): Progress {
    return {
      states: this.ancestry.size,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.current.size + this.next.size,
      seconds: this.surroundings.clock() - this.startedAt,
    };
  }

  private result(ending: Ending, counterexample: Counterexample | null): Exploration {
    return { ...this.progress(), ending, counterexample };
  }
}
