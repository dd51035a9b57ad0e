import type { ActionOutcome, MemberAction } from '@mha4rdb/core';

/** After these the server is another one than before: the edge looks before it tells. */
export const CHANGES_ALL: ReadonlySet<MemberAction['kind']> = new Set([
  'initialize',
  'clone',
  'rewind',
  'start',
  'stop',
  'handOver',
] as const);

/** The action was ended from outside. */
export function refusal(message: string): ActionOutcome {
  return { ok: false, failure: { code: 'simulated', message } };
}

/** For the timeline. */
export function describeAction(action: MemberAction): string {
  const { kind, ...rest } = action;
  return Object.keys(rest).length === 0 ? kind : `${kind} ${JSON.stringify(rest)}`;
}
