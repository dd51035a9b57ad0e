/** One thing on this host that keeps the program from working, and what to do about it. */
export interface HostProblem {
  readonly message: string;
  readonly remedy: string;
}
