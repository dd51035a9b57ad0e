/** The kinds of steps; the detail is a member, a message, or both (`crash`). */
export const STEP = {
  timeout: 0,
  heartbeat: 1,
  quorumLost: 2,
  persisted: 3,
  propose: 4,
  crash: 5,
  deliver: 6,
  deliverCopy: 7,
  lose: 8,
} as const;

/** How many parts of a write a `crash` step's detail can tell apart. */
export const PARTS = 16;

/** Added to a step's detail for each part that was durable when its quick write was torn, and once more. */
export const TORN = 0x100000;
