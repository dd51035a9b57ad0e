import type { ActionOutcome, MemberAction } from '@mha4rdb/core';

/** The action was ended from outside. */
export function refusal(message: string): ActionOutcome {
  return { ok: false, failure: { code: 'simulated', message } };
}

/** For the timeline. */
export function describeAction(action: MemberAction): string {
  const { kind, ...rest } = action;
  return Object.keys(rest).length === 0 ? kind : `${kind} ${JSON.stringify(rest)}`;
}
