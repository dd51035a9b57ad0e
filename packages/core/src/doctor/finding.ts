/** From what need not be looked at to what will cost service or data. */
export const SEVERITIES = ['ok', 'note', 'warning', 'serious'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What was looked at on one member, and what follows from it. */
export interface Finding {
  /** A stable word for programs: `raft-fsync`, `certificate`, … */
  readonly check: string;
  readonly severity: Severity;
  /** What was seen, with figures. */
  readonly message: string;
  /** What it leads to; empty where all is well. */
  readonly consequence: string;
  /** What to do; empty where all is well. */
  readonly remedy: string;
}

export function fine(check: string, message: string): Finding {
  return { check, severity: 'ok', message, consequence: '', remedy: '' };
}

/** The worst of these first; equals stay in their order. */
export function bySeverity<Item extends { readonly severity: Severity }>(
  findings: readonly Item[],
): readonly Item[] {
  return SEVERITIES.toReversed().flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
}
