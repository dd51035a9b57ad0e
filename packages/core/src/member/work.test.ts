import { logIndexOf, type DatabaseObservation } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { applyAll, founded, n1, n2, n3, position, running } from '../testing/cluster-fixture.js';
import { memberSituation, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import type { MemberState } from './state.js';
import { reconcile } from './reconcile.js';

const onlyN2 = { standbys: [n2], acks: 1 };
const dual = running(founded(2, 1), n1, onlyN2);
const counted = running(founded());
const letGo = running(founded(), n1, onlyN2);
const streaming: DatabaseObservation = { ...SEALED, upstream: n1, receiving: true };

const restart: Command = {
  type: 'StartRestart',
  operation: 'op',
  members: [n3, n2, n1],
  inPlace: false,
  at: 0,
};
const reinit: Command = { type: 'StartReinit', operation: 'op', member: n3, at: 0 };

function planned(
  cluster: ClusterState,
  database: DatabaseObservation,
  member: Partial<MemberState> = {},
  me = n3,
) {
  const { epoch } = cluster;
  const record = { promise: logIndexOf(epoch), released: null, mustStream: false, joined: epoch };
  return reconcile(memberSituation({ cluster, database, me, member: { record, ...member } }));
}

const done = { operation: 'op', problem: null };

describe('a restart by order', () => {
  const ordered = applyAll(letGo, [restart]);

  test('stops the server of the member whose turn it is, and only that', () => {
    expect(planned(ordered, streaming).action).toMatchObject({
      kind: 'stop',
      mode: 'fast',
      operation: 'op',
    });
    expect(planned(ordered, streaming, {}, n2).action).toBeNull();
  });

  test('waits until others hold what commits want, where they can', () => {
    expect(planned(applyAll(counted, [restart]), streaming).action).toBeNull();
  });

  test('waits for nobody where nobody else could', () => {
    const order: Command = { ...restart, members: [n2] };
    expect(planned(applyAll(dual, [order]), streaming, {}, n2).action).toMatchObject({
      kind: 'stop',
    });
  });

  test('is over when it streams again, and is told until that is known', () => {
    const started = planned(ordered, STOPPED);
    expect(started.action).toEqual({ kind: 'start' });
    expect(started.member.worked).toEqual(done);
    expect(
      planned(ordered, { ...streaming, receiving: false }, { worked: done }).proposals,
    ).toEqual([]);
    expect(planned(ordered, streaming, { worked: done })).toMatchObject({
      action: null,
      proposals: [{ type: 'EndWork', operation: 'op', member: n3, problem: null }],
    });
  });

  test('of an order before does not count', () => {
    const before = { operation: 'earlier', problem: null };
    expect(planned(ordered, streaming, { worked: before }).action).toMatchObject({ kind: 'stop' });
  });
});

describe('a copy by order', () => {
  const ordered = applyAll(letGo, [reinit]);

  test('stops the server, then copies', () => {
    expect(planned(ordered, streaming).action).toMatchObject({ kind: 'stop', mode: 'fast' });
    expect(planned(ordered, STOPPED).action).toMatchObject({ kind: 'clone', from: n1 });
  });

  test('waits until commits no longer count on the member', () => {
    expect(planned(applyAll(counted, [reinit]), streaming)).toMatchObject({ action: null });
  });

  test.each([
    ['its server has ended', STOPPED, { kind: 'start' }],
    [
      'it has lost its upstream',
      { ...SEALED, position: position(letGo.epoch, 120, 2), replayedLsn: 120 },
      { kind: 'follow', upstream: n1 },
    ],
  ])('goes on like any other while commits count on it: %s', (_, database, action) => {
    // With degrade off and the third gone the rule cannot let go of it: commits wait for this server.
    expect(planned(applyAll(counted, [reinit]), database).action).toMatchObject(action);
  });

  test('leaves a directory alone that is not the cluster’s', () => {
    const other = { kind: 'present', systemId: 'another' } as const;
    for (const directory of [other, { kind: 'foreign', reason: 'files' } as const]) {
      expect(planned(ordered, { ...STOPPED, directory })).toMatchObject({
        action: null,
        trouble: expect.stringMatching(/untouched|files/) as string,
      });
    }
  });

  test('of one that was primary meanwhile begins when its server has stopped at once', () => {
    expect(planned(ordered, PRIMARY).action).toMatchObject({ kind: 'stop', mode: 'immediate' });
  });

  test('is given up after some failures; the old directory goes on', () => {
    const rejoin = { epoch: ordered.epoch, rung: 'clone', failures: 3, notBefore: 0 } as const;
    const failed = { rejoin: rejoin as MemberState['rejoin'], failure: 'no space' };
    const given = planned(ordered, STOPPED, failed);
    expect(given.member).toMatchObject({
      rejoin: null,
      worked: { operation: 'op', problem: 'no space' },
    });
    expect(planned(ordered, STOPPED, { worked: given.member.worked })).toMatchObject({
      action: { kind: 'start' },
      proposals: [{ type: 'EndWork', problem: 'no space' }],
    });
  });

  test('is over when it streams again', () => {
    expect(planned(ordered, streaming, { worked: done }).proposals).toMatchObject([
      { type: 'EndWork', problem: null },
    ]);
  });
});
