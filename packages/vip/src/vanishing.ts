import { elapsed, type Instant } from '@mha4rdb/kernel';

/** So many removals by others within so long are no accident: the VIP is not ours to keep here. */
export const VANISH_LIMIT = 5;
export const VANISH_WINDOW_MS = 10_000;

/** When others took a VIP off this host: those within the window. */
export type Vanishings = readonly Instant[];

export function noteVanished(before: Vanishings, now: Instant): Vanishings {
  return [...before, now].slice(-VANISH_LIMIT);
}

/** Whether it keeps vanishing (VIP checklist 20); false again when the window has passed. */
export function keepsVanishing(seen: Vanishings, now: Instant): boolean {
  const recent = seen.filter((at) => elapsed(at, now) < VANISH_WINDOW_MS);
  return recent.length >= VANISH_LIMIT;
}
