/** What may still happen, counted down: the bounds of a model besides its depth. */
export const BUDGETS = [
  /** Elections that the coordinator begins though nothing is wrong with the primary (it only hears nothing). */
  'elections',
  /** Grants that run out, and former lives' grants too. */
  'expiries',
  'agentCrashes',
  'hostCrashes',
  'databaseCrashes',
  'writes',
  /** Looks of a primary at which a silent standby was silent for longer than patience lasts. */
  'losses',
  /** Decisions of the coordinator that come into the log late. */
  'strays',
] as const;
export type Budget = (typeof BUDGETS)[number];

/** Where things stand in a vector for `size` data members; proposals on their way follow, sorted. */
export interface Layout {
  readonly size: number;
  readonly nodes: number;
  readonly databases: number;
  /** What each member's record on disk says. */
  readonly records: number;
  /** The report of each member that the coordinator heard last. */
  readonly heard: number;
  /** Whose kernel lets clients in: a bit a member. */
  readonly open: number;
  /** Whose grant may be valid in true time: a bit a member. */
  readonly held: number;
  readonly log: number;
  /** Client writes that were acknowledged, or seen by anybody: a bit a write. */
  readonly seen: number;
  readonly written: number;
  readonly budgets: number;
  readonly pool: number;
}

export function layoutFor(size: number): Layout {
  const fixed = 4 * size;
  return {
    size,
    nodes: 0,
    databases: size,
    records: 2 * size,
    heard: 3 * size,
    open: fixed,
    held: fixed + 1,
    log: fixed + 2,
    seen: fixed + 3,
    written: fixed + 4,
    budgets: fixed + 5,
    pool: fixed + 5 + BUDGETS.length,
  };
}

/** The kinds of steps. The detail holds a member's place, and above it what else tells steps apart. */
export const STEP = {
  entry: 0,
  ended: 1,
  failed: 2,
  recorded: 3,
  look: 4,
  reload: 5,
  stream: 6,
  hear: 7,
  append: 8,
  decide: 9,
  decideLate: 10,
  stray: 11,
  write: 12,
  acknowledge: 13,
  grantEnds: 14,
  inheritanceEnds: 15,
  agentCrash: 16,
  hostCrash: 17,
  databaseCrash: 18,
} as const;

/** Places are below this; a detail is `place + PLACES * rest`. */
export const PLACES = 8;
