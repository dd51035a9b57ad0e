/** Why an order about a member cannot be carried out: a stable code, the reason, and what to do. */
export interface MembershipObjection {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/** An objection in one line. */
export function no(code: string, reason: string, remedy: string): MembershipObjection {
  return { code, reason, remedy };
}
