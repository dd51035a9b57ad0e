import { MEMBERS } from './members.js';

const SIZE = MEMBERS.length;

/** What may still happen, counted down: the bounds of a model besides its depth. */
export const BUDGETS = [
  'timeouts',
  'heartbeats',
  'proposals',
  'crashes',
  'losses',
  'copies',
] as const;
export type Budget = (typeof BUDGETS)[number];

/** Where things stand in a vector. Messages that are on their way follow from `MESSAGES` on, sorted. */
export const NODES = 0;
export const DISKS = SIZE;
export const WRITES = 2 * SIZE;
/** Who led each term: two bits a term, 0 for nobody. */
export const LEADERS = 3 * SIZE;
/** For whom each member voted in each term: two bits each, 0 for nobody. */
export const VOTES = LEADERS + 1;
export const COMMITTED = LEADERS + 2;
export const BUDGET = LEADERS + 3;
export const MESSAGES = BUDGET + BUDGETS.length;

export function budgetSlot(budget: Budget): number {
  return BUDGET + BUDGETS.indexOf(budget);
}

/** Where the two bits of `term`'s leader stand. */
export function leaderShift(term: number): number {
  return (term - 1) * 2;
}

/** Where the two bits of the vote of the member at `place` stand. Terms up to 5 fit. */
export function voteShift(term: number, place: number): number {
  return ((term - 1) * SIZE + place) * 2;
}
