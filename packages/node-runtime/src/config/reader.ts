/** What is wrong with one value, and what would be right. */
export interface Complaint {
  /** Where inside the value: `''` for the value itself, `[0].id` or `.grant` for a part of it. */
  readonly at: string;
  readonly message: string;
  readonly expected: string;
}

export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** Turns what stands in a file, an environment variable or a flag into a value, or complains. */
export type Reader<Value> = (raw: unknown) => Reading<Value>;

export function accepted<Value>(value: Value): Reading<Value> {
  return { ok: true, value };
}

export function refused(message: string, expected: string): Reading<never> {
  return { ok: false, complaints: [{ at: '', message, expected }] };
}

/** Moves the complaints of a part under its place in the whole. */
export function complaintsAt(
  place: string,
  complaints: readonly Complaint[],
): readonly Complaint[] {
  return complaints.map((complaint) => ({ ...complaint, at: `${place}${complaint.at}` }));
}

const SHOWN = 60;

/** A value as people see it in a message: quoted, shortened, one line. */
export function shown(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (raw === null || raw === undefined) return 'nothing';
  if (typeof raw === 'object') return 'a mapping';
  const text = JSON.stringify(raw);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…"` : text;
}
