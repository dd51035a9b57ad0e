import type { NodeState } from '@mha4rdb/core';
import type { LatencyHistogram } from '../metrics/latency-histogram.js';
import type { StatusView } from '../rpc/cluster-queries.js';

/**
 * The Prometheus text of `/metrics`. Written by hand: a client library with its default metrics
 * costs 13 MB of an agent's 80 (measured), and these are a few numbers that exist already.
 */
export function metricsText(
  node: NodeState,
  status: StatusView,
  flushes: LatencyHistogram,
): string {
  const self = status.members.find(({ id }) => id === status.answeredBy);
  const gauges: readonly (readonly [string, string, number])[] = [
    ['mha_raft_term', 'Term of this node', status.term],
    ['mha_raft_commit_index', 'Last committed index known here', node.raft.commit],
    ['mha_raft_is_leader', '1 on the coordinator', node.coordinator === null ? 0 : 1],
    ['mha_epoch', 'Epoch of the last appointed primary', status.epoch],
    ['mha_is_primary', '1 on the primary', self?.state === 'primary' ? 1 : 0],
    ['mha_grant_seconds', 'What is left of the grant', (self?.grantMs ?? 0) / 1000],
    ['mha_replication_lag_bytes', 'Bytes behind the primary', self?.lagBytes ?? 0],
    ['mha_paused', '1 while paused', status.paused ? 1 : 0],
    ['mha_healthy', '1 healthy, 0.5 degraded, 0 unavailable', verdictNumber(status.verdict)],
    ['process_resident_memory_bytes', 'Resident memory', process.memoryUsage.rss()],
  ];
  const lines = gauges.flatMap(([name, help, value]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    `${name} ${value}`,
  ]);
  return [
    ...lines,
    ...histogram('mha_fsync_seconds', 'Flushes of the Raft disk', flushes),
    '',
  ].join('\n');
}

function verdictNumber(verdict: string): number {
  return verdict === 'healthy' ? 1 : verdict === 'degraded' ? 0.5 : 0;
}

function histogram(name: string, help: string, source: LatencyHistogram): readonly string[] {
  const { buckets, count, sumSeconds } = source.read();
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...buckets.map((bucket) => `${name}_bucket{le="${bucket.atMost}"} ${bucket.count}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sumSeconds}`,
    `${name}_count ${count}`,
  ];
}
