import type { EventPhases, NodeState } from '@mha4rdb/core';
import type { MemberView, StatusView } from '../rpc/cluster-queries.js';
import type { Metrics, Sample } from './metrics.js';

interface Sources {
  readonly node: () => NodeState;
  readonly status: () => StatusView;
  /** Frames to peers that were lost here. */
  readonly droppedFrames: () => number;
  readonly logBytes: () => number;
}

/** What this node knows of the cluster and of itself. */
export function addNodeMetrics(metrics: Metrics, sources: Sources): void {
  const { node, status } = sources;
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge(name, help, () => [{ value: read() }]);
  gauge('mha_raft_term', 'Term of this node.', () => node().raft.term);
  gauge('mha_raft_commit_index', 'Last index known to be committed.', () => node().raft.commit);
  gauge('mha_raft_is_leader', '1 on the coordinator.', () => (node().coordinator ? 1 : 0));
  gauge('mha_raft_log_bytes', 'Size of the log file.', sources.logBytes);
  gauge('mha_epoch', 'Epoch of the last appointed primary.', () => node().cluster.epoch);
  gauge('mha_paused', '1 while automatic failover is paused.', () => (status().paused ? 1 : 0));
  gauge('mha_failover_ready', '1 while a failover would lose nothing.', () =>
    status().failoverReady ? 1 : 0,
  );
  metrics.gauge('mha_verdict', '1 for the verdict that holds.', () => {
    const { verdict } = status();
    return ['healthy', 'degraded', 'unavailable'].map((word) => ({
      labels: { verdict: word },
      value: word === verdict ? 1 : 0,
    }));
  });
  metrics.counterFrom('mha_peer_frames_dropped_total', 'Frames to peers lost here.', () => [
    { value: sources.droppedFrames() },
  ]);
  addMemberMetrics(metrics, status);
  metrics.gauge('mha_switch_seconds', 'Steps of the latest change of each kind.', () =>
    switchSamples(node()),
  );
}

function addMemberMetrics(metrics: Metrics, status: () => StatusView): void {
  const each = (name: string, help: string, read: (member: MemberView) => number): void =>
    metrics.gauge(name, help, () =>
      status().members.map((member) => ({ labels: { member: member.id }, value: read(member) })),
    );
  each('mha_member_reachable', '1 while its reports come.', ({ reachable }) => (reachable ? 1 : 0));
  each('mha_member_is_primary', '1 on the primary.', ({ state }) => (state === 'primary' ? 1 : 0));
  each('mha_replication_lag_bytes', 'Bytes behind the primary.', (member) =>
    member.role === 'data' ? (member.lagBytes ?? NaN) : NaN,
  );
  each(
    'mha_replication_lag_seconds',
    'From the flush on the primary to the replay here, by the primary.',
    ({ lagMs }) => (lagMs === undefined ? NaN : lagMs / 1000),
  );
  each('mha_rejoin_bytes_done', 'What a copy or rewind has brought so far.', ({ progress }) =>
    progress?.bytesDone === undefined ? NaN : progress.bytesDone,
  );
  each('mha_rejoin_bytes_total', 'What it has to bring.', ({ progress }) =>
    progress?.bytesTotal === undefined ? NaN : progress.bytesTotal,
  );
  each('mha_grant_seconds', 'What is left of its grant.', ({ grantMs }) =>
    grantMs === undefined ? NaN : grantMs / 1000,
  );
}

const PHASES: readonly (keyof EventPhases)[] = [
  'detectMs',
  'sealMs',
  'electMs',
  'promoteMs',
  'gateMs',
  'vipMs',
];

/** Where the time of the latest failover, restart and switchover went. */
function switchSamples({ cluster }: NodeState): readonly Sample[] {
  const kinds = ['failover', 'restart', 'switchover'] as const;
  return kinds.flatMap((kind) => {
    const latest = cluster.events.findLast((event) => event.kind === kind);
    if (latest === undefined) return [];
    const phases = PHASES.map((phase) => ({
      labels: { kind, phase: phase.slice(0, -2) },
      value: (latest.phases[phase] ?? NaN) / 1000,
    }));
    const gap = { labels: { kind, phase: 'writeGap' }, value: (latest.writeGapMs ?? NaN) / 1000 };
    return [...phases, gap];
  });
}
