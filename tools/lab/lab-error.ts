/** Something the lab could not do: what, to what, and what to do next, in one sentence for people. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
