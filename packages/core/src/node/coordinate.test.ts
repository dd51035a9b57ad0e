import { instantOf, logIndexOf, termOf, type NodeId } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { waitFor } from '../lease/timing.js';
import { configurationOf } from '../raft/membership/configuration.js';
import {
  applyAll,
  begin,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { received, report } from '../testing/coordinator-fixture.js';
import { NOW } from '../testing/member-fixture.js';
import { playLeader, type Played } from '../testing/played-node.js';
import { coordinate } from './coordinate.js';
import { append } from './propose.js';
import { carryOut } from './raft-effects.js';
import { openWork } from './work.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);

const reports = received(
  [n2, n3].map((id) =>
    report(id, {
      sealedFor: electing.election?.index ?? logIndexOf(0),
      sealedAt: position(inService.epoch, 500),
    }),
  ),
  NOW,
);

function leading(cluster: ClusterState, fresh = false): Played {
  const played = playLeader(cluster, fresh);
  played.node = { ...played.node, reports };
  return played;
}

function decided(played: Played): {
  readonly commands: readonly Command['type'][];
  node: Played['node'];
} {
  const work = openWork(played.node, instantOf(NOW), 0);
  coordinate(work);
  const { entries } = work.node.raft.log;
  const commands = entries.flatMap(({ payload }) =>
    payload.kind === 'command' ? [payload.command.type] : [],
  );
  return { commands, node: work.node };
}

test('a coordinator decides nothing before an entry of its own term is committed: its state may be old', () => {
  expect(decided(leading(electing, true)).commands).toEqual([]);
  expect(decided(leading(electing)).commands).toEqual(['AppointPrimary']);
});

test('it never decides twice on the same state: the last decision must be applied first', () => {
  const first = leading(electing);
  const { node } = decided(first);
  expect(node.coordinator?.awaiting).toBeGreaterThan(node.raft.applied);
  expect(decided({ ...first, node }).commands).toEqual(['AppointPrimary']);
});

test('leadership is not handed on while a wait runs: the next one would count it anew', () => {
  const transfers = (until: number, holder: NodeId) => {
    const grantor = {
      outstanding: [{ holder, epoch: inService.epoch, until: instantOf(until) }],
      inheritedUntil: instantOf(0),
      lastRenewalAt: instantOf(NOW),
    };
    const settled = {
      ...inService,
      events: inService.events.map((event) => ({ ...event, result: 'done' })),
    };
    const played = leading(settled);
    const { coordinator, raft } = played.node;
    const known = {
      match: logIndexOf(0),
      next: logIndexOf(1),
      mode: 'probe',
      inFlight: [],
      paused: true,
      contactAt: instantOf(NOW),
      snapshotSentAt: instantOf(NOW),
    } as const;
    played.node = {
      ...played.node,
      coordinator: coordinator && { ...coordinator, grantor },
      raft: {
        ...raft,
        configuration: { index: logIndexOf(1), value: configurationOf([n1, n2, n3]) },
        progress: { [n2]: known, [n3]: known },
      },
    };
    const { node } = decided(played);
    return node.coordinator?.transferAt ?? null;
  };
  const W = waitFor(inService.grantMs);
  expect(transfers(NOW + W, n2)).toBeNull();
  expect(transfers(NOW + W, n1)).toBe(NOW);
});

test('a longer grant that stands in the log, applied or not, is waited for by the next coordinator', () => {
  const inheritedUntil = (maxMs: number): number => {
    const { node, now } = leading(inService);
    const work = openWork(node, instantOf(now), 0);
    append(work, {
      type: 'KeepGrant',
      epoch: inService.epoch,
      holder: n1,
      incarnation: inService.incarnation,
      sendStamp: instantOf(now),
      maxMs,
    });
    const term = termOf(node.raft.term + 1);
    carryOut(work, [{ kind: 'roleChanged', role: 'leader', term, leader: n1 }]);
    return (work.node.coordinator?.grantor.inheritedUntil ?? 0) - now;
  };
  expect(inheritedUntil(15_000)).toBeCloseTo(waitFor(15_000), 3);
  expect(inheritedUntil(1)).toBeCloseTo(waitFor(inService.grantMs), 3);
});
