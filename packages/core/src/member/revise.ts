import type { MemberState } from './state.js';

/** The state with these fields; the very same object where they say nothing new, as most times. */
export function revise(member: MemberState, fields: Partial<MemberState>): MemberState {
  const keys = Object.keys(fields) as (keyof MemberState)[];
  return keys.every((key) => fields[key] === member[key]) ? member : { ...member, ...fields };
}
