import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import { bySeverity } from '@mha4rdb/core';
import { FindingSchema, type DiagnosisService } from '@mha4rdb/proto';
import type { Clock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import type { Examiner, MemberFinding } from '../diagnosis/examiner.js';

/** What `mhactl doctor` asks. */
export function diagnosisService(
  { cluster, node }: Pick<BaseConfig, 'cluster' | 'node'>,
  clock: Clock,
  examiner: Pick<Examiner, 'examineMember' | 'examineCluster'>,
): ServiceImpl<typeof DiagnosisService> {
  return {
    examineCluster: async () => {
      const { findings, unreachable } = await examiner.examineCluster();
      return {
        cluster,
        asOf: timestampFromMs(clock.wall()),
        answeredBy: node,
        findings: wireFindings(findings),
        unreachable: [...unreachable],
      };
    },
    examineMember: async () => ({ findings: wireFindings(await examiner.examineMember()) }),
    readClocks: () => ({ monotonicMs: clock.now(), wallMs: clock.wall() }),
  };
}

function wireFindings(findings: readonly MemberFinding[]) {
  return bySeverity(findings).map((finding) => create(FindingSchema, { ...finding }));
}
