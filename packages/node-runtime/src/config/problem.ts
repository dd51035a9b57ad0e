/** One thing that is wrong with a configuration, and what would be right. */
export interface ConfigProblem {
  /** `agent.yaml:12:3`, `environment MHA_NODE`, or `flag --node`. */
  readonly source: string;
  /** 1-based; absent for environment and flags. */
  readonly line?: number;
  readonly column?: number;
  /** The key, such as `members[1].database`; empty when the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
}

/** One line for each problem: `file:line:column: path: what is wrong; expected …`. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ source, path, message, expected }: ConfigProblem): string {
  const what = path === '' ? message : `${path}: ${message}`;
  return `${source}: ${what}${expected === '' ? '' : `; expected ${expected}`}`;
}

/** In the order of the file; what did not come from the file comes last. */
export function inFileOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const rank = ({ line, column }: ConfigProblem): number =>
    (line ?? Number.MAX_SAFE_INTEGER / 10_000) * 1_000 + (column ?? 0);
  return [...problems].sort((a, b) => rank(a) - rank(b));
}
