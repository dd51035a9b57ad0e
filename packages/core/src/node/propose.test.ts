import { incarnationOf, instantOf, type NodeId } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { waitFor } from '../lease/timing.js';
import { applyAll, appoint, begin, founded, n1, n2, running } from '../testing/cluster-fixture.js';
import { NOW } from '../testing/member-fixture.js';
import { playLeader, playNode, type Played } from '../testing/played-node.js';
import { handleProposal } from './propose.js';
import { openWork } from './work.js';

const single = running(founded(1), n1, { standbys: [], acks: 0 });

function renewal(cluster: ClusterState, holder: NodeId): Command {
  return {
    type: 'RenewGrant',
    epoch: cluster.epoch,
    holder,
    incarnation: incarnationOf(1),
    sendStamp: instantOf(1),
  };
}

function propose(played: Played, command: Command, later = 0) {
  const work = openWork(played.node, instantOf(played.now + later), 0);
  const before = work.node.raft.log;
  handleProposal(work, command);
  return { appended: work.node.raft.log !== before, view: work.node.coordinator };
}

test('a renewal is appended, and its wait counts from this moment on this clock', () => {
  const played = playLeader(single);
  const { appended, view } = propose(played, renewal(single, n1), 100);
  expect(appended).toBe(true);
  const grant = view?.grantor.outstanding[0];
  expect(grant?.holder).toBe(n1);
  expect(grant?.until).toBeCloseTo(played.now + 100 + waitFor(2400), 3);
});

test('a renewal of the successor waits until the grants of others are over on this clock', () => {
  const old = running(founded());
  const electing = applyAll(old, [begin(old)]);
  const appointed = applyAll(electing, [appoint(electing, n2)]);
  const played = playLeader(appointed);
  const { coordinator } = played.node;
  const until = instantOf(played.now + 1000);
  const outstanding = [{ holder: n1, epoch: old.epoch, until }];
  played.node = {
    ...played.node,
    coordinator: coordinator && {
      ...coordinator,
      grantor: { ...coordinator.grantor, outstanding },
    },
  };
  const early = propose(played, renewal(appointed, n2), 999);
  expect(early.appended).toBe(false);
  expect(early.view?.early).toEqual(renewal(appointed, n2));
  expect(propose(played, renewal(appointed, n2), 1000).appended).toBe(true);
});

test('nothing is taken before an entry of the own term is committed: what is applied may be old', () => {
  const elected = playLeader(single, true);
  expect(propose(elected, renewal(single, n1)).appended).toBe(false);
});

test('what would be refused when applied does not fill the log', () => {
  const played = playLeader(single);
  expect(propose(played, renewal(single, n2)).appended).toBe(false);
});

test('who does not lead drops a proposal: its proposer makes it again', () => {
  const follower = playNode(n1, single, null);
  expect(follower.now).toBeGreaterThanOrEqual(NOW);
  expect(propose(follower, renewal(single, n1)).appended).toBe(false);
});
