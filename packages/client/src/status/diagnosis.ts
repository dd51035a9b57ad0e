import type { ExamineClusterResponse } from '../gen/mha4rdb/v1/diagnosis_service_pb.js';
import { isoOf } from './cluster-status.js';
import { SEVERITIES, wordOf, type Severity } from './words.js';

/** What all members found on their hosts; as JSON exactly what `mhactl doctor -o json` prints. */
export interface Diagnosis {
  readonly cluster: string;
  readonly schema: 1;
  /** RFC 3339, UTC. */
  readonly asOf: string;
  readonly answeredBy: string;
  /** Nothing serious was found. */
  readonly ok: boolean;
  /** The worst first. */
  readonly findings: readonly DiagnosisFinding[];
  /** Members that did not answer. */
  readonly unreachable: readonly string[];
}

export interface DiagnosisFinding {
  readonly member: string;
  /** A stable word: `raft-fsync`, `certificate`, `peer-latency`, … */
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** What it leads to; empty where all is well. */
  readonly consequence: string;
  /** What to do; empty where all is well. */
  readonly remedy: string;
}

export function diagnosisOf(wire: ExamineClusterResponse): Diagnosis {
  const findings = wire.findings.map(
    ({ member, check, severity, message, consequence, remedy }): DiagnosisFinding => ({
      member,
      check,
      // A word of a later version is looked at rather than passed over.
      severity: wordOf(SEVERITIES, severity, 'warning'),
      message,
      consequence,
      remedy,
    }),
  );
  const worstFirst = SEVERITIES.toReversed().flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  return {
    cluster: wire.cluster,
    schema: 1,
    asOf: isoOf(wire.asOf),
    answeredBy: wire.answeredBy,
    ok: !findings.some(({ severity }) => severity === 'serious'),
    findings: worstFirst,
    unreachable: wire.unreachable,
  };
}
