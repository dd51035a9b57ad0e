/**
 * How long a database takes for what it is told, at least and at most, in milliseconds; each time is
 * drawn anew. Measured on small databases; a real one takes longer for a copy the larger it is, and
 * for a start or a promotion the more it has to recover.
 */
export const ASSUMED_MS = {
  start: [20, 200],
  promote: [5, 150],
  stopInOrder: [20, 300],
  stopAtOnce: [5, 120],
  checkpoint: [5, 400],
  /** All that is dirty, on a disk that is slow just then. */
  slowCheckpoint: [2000, 25_000],
  rewindCompare: [20, 200],
  rewindCopy: [100, 1200],
  /** One of `COPY_PARTS` parts of a copy. */
  copyPart: [50, 400],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** Of how many parts a copy consists. */
export const COPY_PARTS = [2, 12] as const;
