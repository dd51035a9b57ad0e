import { addDuration, instantOf } from '@mha4rdb/kernel';
import { isLeader, leaderOf, quorumContactAt } from '../queries.js';
import {
  createCluster,
  deliver,
  dispatch,
  hostOf,
  idsOf,
  OPTIONS,
  stateOf,
  tick,
  voters,
  type Cluster,
} from '../testing/cluster.js';
import {
  elapse,
  elect,
  hostIds,
  leaders,
  propose,
  stabilize,
  takePackets,
  within,
} from '../testing/drive.js';
import { feed, flush, hear, index, node, restarted, term, wait, win } from '../testing/node.js';
import { watch } from '../testing/checker.js';

const [a, b, c] = idsOf('a', 'b', 'c') as [
  ReturnType<typeof node>,
  ReturnType<typeof node>,
  ReturnType<typeof node>,
];

/** n voters, the first of which leads. */
function led(count: number): Cluster {
  const cluster = createCluster(voters(count), count);
  watch(cluster);
  elect(cluster, a);
  expect(leaders(cluster)).toEqual([a]);
  return cluster;
}

function transfer(cluster: Cluster, to = b) {
  return dispatch(cluster, a, { kind: 'transfer', now: cluster.now, to }).transfer;
}

describe('a leader without contact to a quorum', () => {
  it('steps down, and the others have elected another by then (R23)', () => {
    const cluster = led(3);
    elapse(cluster, 2 * OPTIONS.electionMax, within([a], [b, c]));
    expect(isLeader(stateOf(cluster, a))).toBe(false);
    expect(leaderOf(stateOf(cluster, a))).toBeNull();
    expect(leaders(cluster)).toHaveLength(1);
  });

  it('stays while a quorum answers', () => {
    const cluster = led(3);
    elapse(cluster, 3000, within([a, b], [c]));
    expect(leaders(cluster)).toEqual([a]);
    expect(stateOf(cluster, a).term).toBe(2);
  });

  it('knows the latest instant at which it had contact, and a single voter has it always', () => {
    const cluster = led(3);
    elapse(cluster, 100);
    const last = quorumContactAt(stateOf(cluster, a), cluster.now) ?? NaN;
    expect(cluster.now - last).toBeLessThanOrEqual(OPTIONS.heartbeat + 10);
    elapse(cluster, 100, within([a], [b, c]));
    expect(quorumContactAt(stateOf(cluster, a), cluster.now)).toBe(last);
    expect(quorumContactAt(stateOf(cluster, b), cluster.now)).toBeNull();
    expect(quorumContactAt(stateOf(led(1), a), instantOf(5000))).toBe(5000);
  });
});

describe('omission and partial partitions (R23, B11)', () => {
  it('a chain keeps one leader: its ends do not disturb', () => {
    // d hears b alone, e hears a alone; a, b and c hear each other.
    const cluster = led(5);
    const [, , , d, e] = hostIds(cluster) as [typeof a, typeof a, typeof a, typeof a, typeof a];
    const chain = within([d, b], [b, c], [c, a], [a, e], [a, b]);
    elapse(cluster, 2000, chain);
    const { term: before } = stateOf(cluster, a);
    elapse(cluster, 3000, chain);
    expect(leaders(cluster)).toHaveLength(1);
    expect(stateOf(cluster, a).term).toBe(before);
  });

  it('a leader that can send but not hear makes way', () => {
    const cluster = led(3);
    elapse(cluster, 2000, ({ to }) => to !== a);
    expect(leaders(cluster)).not.toContain(a);
    expect(leaders(cluster)).toHaveLength(1);
  });

  it('a leader that can hear but not send makes way', () => {
    const cluster = led(3);
    elapse(cluster, 2000, ({ from }) => from !== a);
    expect(leaders(cluster)).not.toContain(a);
    expect(leaders(cluster)).toHaveLength(1);
  });
});

describe('a node with a higher term than the leader', () => {
  it('is not stuck: it answers the leader, which makes way for a new election (R22)', () => {
    const cluster = led(3);
    // A transfer whose votes are lost leaves c alone in a later term.
    dispatch(cluster, a, { kind: 'transfer', now: cluster.now, to: c });
    stabilize(
      cluster,
      ({ kind, to }) => kind === 'timeoutNow' || (to !== a && kind !== 'voteRequest'),
    );
    expect(stateOf(cluster, c).term).toBe(3);
    expect(leaders(cluster)).toEqual([a]);
    elapse(cluster, 2000);
    expect(leaders(cluster)).toHaveLength(1);
    expect(hostIds(cluster).map((id) => leaderOf(stateOf(cluster, id)))).toEqual(
      hostIds(cluster).map(() => leaders(cluster)[0]),
    );
  });
});

describe('a leader whose disk hangs (R25, B09)', () => {
  it('makes way after electionMax and does not campaign, however long it hangs', () => {
    const subject = restarted();
    win(subject, 'b');
    subject.autoPersist = false;
    feed(subject, { kind: 'propose', command: 'x' });
    for (let count = 0; count < 100 && isLeader(subject.state); count++) {
      // The followers answer everything.
      subject.now = addDuration(subject.now, 10);
      feed(subject, { kind: 'tick' });
      feed(subject, {
        kind: 'receive',
        message: {
          kind: 'appendResponse',
          clusterName: OPTIONS.clusterName,
          from: b,
          to: a,
          term: term(2),
          outcome: { kind: 'matched', index: index(2) },
          sentAt: subject.now,
        },
      });
    }
    expect(isLeader(subject.state)).toBe(false);
    const sent = subject.sent.length;
    for (let count = 0; count < 10; count++) wait(subject, 1000);
    expect(subject.state).toMatchObject({ role: 'follower', term: 2 });
    expect(subject.sent).toHaveLength(sent);
    flush(subject);
    wait(subject, 1000);
    expect(subject.state.role).toBe('preCandidate');
  });
});

describe('a transfer of the leadership (R56)', () => {
  it('goes to a follower that holds the whole log, without waiting for a timeout', () => {
    const cluster = led(3);
    expect(transfer(cluster)).toMatchObject({ ok: true });
    stabilize(cluster);
    expect(leaders(cluster)).toEqual([b]);
    expect(stateOf(cluster, b).term).toBe(3);
  });

  it('brings a follower that is behind to the end of the log first', () => {
    const cluster = led(3);
    for (let count = 0; count < 20; count++) propose(cluster, a, `${count}`);
    stabilize(cluster, within([a, c], [b]));
    transfer(cluster);
    expect(takePackets(cluster, ({ kind }) => kind === 'timeoutNow')).toEqual([]);
    elapse(cluster, 100);
    expect(leaders(cluster)).toEqual([b]);
    expect(hostOf(cluster, b).machine).toHaveLength(20);
  });

  it('takes no proposals meanwhile, is given up after electionMax, and then serves again (B07)', () => {
    const cluster = led(3);
    const notB = within([a, c], [b]);
    transfer(cluster);
    stabilize(cluster, notB);
    expect(
      dispatch(cluster, a, { kind: 'propose', now: cluster.now, command: 'x' }).proposal,
    ).toMatchObject({ error: { code: 'transferring' } });
    elapse(cluster, OPTIONS.electionMax + 20, notB);
    expect(leaders(cluster)).toEqual([a]);
    expect(propose(cluster, a, 'y')).toBe(true);
    stabilize(cluster, notB);
    expect(hostOf(cluster, c).machine).toEqual(['y']);
  });

  it.each([
    ['to itself', 'a', 'already-leader'],
    ['to a node that is no voter', 'z', 'not-a-voter'],
  ])('is refused %s', (_, to, code) => {
    const cluster = led(3);
    expect(transfer(cluster, node(to))).toMatchObject({ error: { code } });
  });

  it('is refused while another is under way, and by a node that does not lead', () => {
    const cluster = led(3);
    transfer(cluster, b);
    expect(transfer(cluster, c)).toMatchObject({ error: { code: 'transferring' } });
    const request = { kind: 'transfer', now: cluster.now, to: c } as const;
    expect(dispatch(cluster, b, request).transfer).toMatchObject({ error: { code: 'not-leader' } });
  });

  it('leaves the leader in place when the target may not campaign', () => {
    const cluster = led(3);
    dispatch(cluster, b, { kind: 'tick', now: cluster.now, mayCampaign: false });
    transfer(cluster);
    stabilize(cluster);
    expect(leaders(cluster)).toEqual([a]);
    expect(stateOf(cluster, b)).toMatchObject({ role: 'follower', term: 2 });
  });

  it('is a privilege of one attempt: the next campaign asks again like any other (R57)', () => {
    const subject = restarted({ id: 'a' });
    hear(subject, 'append', {
      term: 1,
      prevIndex: index(1),
      prevTerm: term(1),
      entries: [],
      commit: index(1),
    });
    expect(hear(subject, 'timeoutNow', { term: 1 })).toMatchObject([
      { kind: 'voteRequest', transfer: true, term: 2 },
      { kind: 'voteRequest', transfer: true, term: 2 },
    ]);
    wait(subject, OPTIONS.electionMax);
    expect(subject.sent.slice(-2)).toMatchObject([
      { kind: 'preVoteRequest' },
      { kind: 'preVoteRequest' },
    ]);
    hear(subject, 'preVoteResponse', { term: 3, granted: true });
    expect(subject.sent.slice(-2)).toMatchObject([{ transfer: false }, { transfer: false }]);
  });

  it('is asked for by the leader of the term and by nobody else', () => {
    const cluster = led(3);
    const order = takePacketsOfTransfer(cluster);
    deliver(cluster, { ...order, from: c });
    tick(cluster, b);
    stabilize(cluster);
    expect(leaders(cluster)).toEqual([a]);
  });
});

function takePacketsOfTransfer(cluster: Cluster) {
  transfer(cluster);
  const [packet] = takePackets(cluster, ({ kind }) => kind === 'timeoutNow');
  if (packet === undefined) throw new RangeError('no timeoutNow was sent');
  return packet.message;
}
