import type { OperatorReply, OperatorRequest } from '@mha4rdb/core';
import { nodeIdOf } from '@mha4rdb/kernel';
import type { ChangeView, ClusterQueries, PlanReply, StatusView } from '../rpc/cluster-queries.js';

export const STATUS: StatusView = {
  cluster: 'hci-a',
  clusterId: 'c-1',
  asOf: 1_700_000_000_000,
  answeredBy: 'n1',
  stale: false,
  mode: 'dual',
  verdict: 'healthy',
  failoverReady: true,
  reasons: [],
  coordinator: 'n2',
  term: 4,
  epoch: 1207,
  primary: 'n1',
  paused: false,
  durability: { mode: 'majority', electable: ['n2'], acks: 1 },
  vip: [{ address: '10.77.0.100/24', holder: 'n1', observed: true }],
  members: [
    {
      id: 'n1',
      role: 'data',
      address: '10.77.0.11:7400',
      database: '10.77.0.11:5432',
      state: 'primary',
      health: 'ok',
      reachable: true,
      reportAgeMs: 120.4,
      timeline: 3,
      position: '0/5000060',
      lagBytes: 0,
      sync: false,
      grantMs: 1300,
      fencing: 'address+port',
      since: 1_700_000_000_000,
      voting: 'voter',
    },
    {
      id: 'n3',
      role: 'arbiter',
      address: '10.77.0.13:7400',
      state: 'arbiter',
      health: 'ok',
      reachable: true,
      since: 1_700_000_000_000,
      voting: 'voter',
    },
  ],
};

/** A node without core behind it: what the services make of it is under test, not the views. */
export class FakeNode implements ClusterQueries {
  view = STATUS;
  changes: ChangeView[] = [];
  keptAfter = 0;
  asked: OperatorRequest[] = [];
  planned: PlanReply = {
    kind: 'plan',
    plan: {
      steps: [{ member: 'n1', action: 'checkpoint' }],
      from: 'n1',
      to: 'n2',
      expectedGapMs: 500,
      expectedLossBytes: 0,
    },
  };
  reply: OperatorReply['kind'] = 'accepted';
  coordinatorAddress: string | undefined;
  readonly listeners = new Set<() => void>();

  readonly status: ClusterQueries['status'] = () => this.view;
  readonly leader: ClusterQueries['leader'] = () =>
    this.view.primary === null
      ? null
      : {
          id: this.view.primary,
          database: { host: '10.77.0.11', port: 5432 },
          epoch: this.view.epoch,
          vip: '10.77.0.100',
        };
  readonly history: ClusterQueries['history'] = () => [
    {
      id: 'e9',
      at: 1_700_000_000_000,
      kind: 'failover',
      from: 'n2',
      to: 'n1',
      epoch: 1207,
      trigger: 'grant-expired',
      initiator: 'n2',
      phases: { detectMs: 1200.4, promoteMs: 150 },
      writeGapMs: 2610.7,
      candidates: [{ id: 'n1', position: '0/5000060', chosen: true, reason: 'greatest' }],
      result: 'done',
    },
  ];
  readonly explain: ClusterQueries['explain'] = () => ({
    possible: true,
    to: 'n2',
    checks: [{ member: 'n2', check: 'evidence', ok: true, detail: 'streams' }],
  });
  readonly settings: ClusterQueries['settings'] = () => ({
    revision: 7,
    settings: [{ key: 'durability.mode', value: 'majority' }],
  });
  readonly plan: ClusterQueries['plan'] = () => this.planned;
  submit = async (request: OperatorRequest): Promise<OperatorReply> => {
    this.asked.push(request);
    const { id } = request;
    switch (this.reply) {
      case 'accepted':
        return { id, kind: 'accepted' };
      case 'done':
        return { id, kind: 'done', detail: 'already so' };
      case 'refused':
        return {
          id,
          kind: 'refused',
          code: 'no-candidate',
          reason: 'n2 is too far behind',
          remedy: 'wait until it has caught up',
        };
      case 'elsewhere':
        return { id, kind: 'elsewhere', coordinator: nodeIdOf('n2') };
    }
  };
  readonly revision: ClusterQueries['revision'] = () =>
    this.changes.at(-1)?.revision ?? this.keptAfter;
  readonly changesAfter: ClusterQueries['changesAfter'] = (revision) => ({
    changes: this.changes.filter((change) => change.revision > revision),
    gap: revision < this.keptAfter,
  });
  readonly subscribe: ClusterQueries['subscribe'] = (listener) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly addressOf: ClusterQueries['addressOf'] = () => this.coordinatorAddress;

  change(revision: number, type = 'leaderChanged'): void {
    this.changes.push({ revision, type, at: 0, epoch: revision, detail: `at ${revision}` });
    this.tell();
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }
}
