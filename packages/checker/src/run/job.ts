import type { Exploration, Limits, Progress } from '../exploration/explore.js';
import { explore } from '../exploration/explore.js';
import { findModel } from './catalogue.js';

/** One model for one process. */
export interface Job {
  readonly model: string;
  readonly leftOut: string | null;
  readonly limits: Limits;
}

/** What a process that explores tells the one that waits. */
export type Told =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'ended'; readonly result: Exploration; readonly megabytes: number };

export function runJob({ model, leftOut, limits }: Job, tell: (told: Told) => void): void {
  const found = findModel(model);
  if (found === undefined) throw new RangeError(`no model is called "${model}"`);
  const result = explore(found.build(leftOut), limits, {
    clock: () => performance.now() / 1000,
    onProgress: (progress) => tell({ kind: 'progress', progress }),
  });
  tell({ kind: 'ended', result, megabytes: Math.round(process.memoryUsage().rss / 1e6) });
}
