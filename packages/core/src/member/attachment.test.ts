import { logIndexOf, type DatabaseObservation } from '@mha4rdb/kernel';
import {
  applyAll,
  appoint,
  begin,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { memberSituation, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import type { MemberState } from './state.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const base = position(inService.epoch, 500, 2);
const appointed = applyAll(electing, [appoint(electing, n3, { standbys: [n2], acks: 1 }, base)]);
const election = electing.election?.index ?? logIndexOf(0);

function planOf(
  cluster: typeof inService,
  database: DatabaseObservation,
  member: Partial<MemberState> = {},
) {
  const { epoch } = cluster;
  const record = { promise: logIndexOf(epoch), released: null, mustStream: false, joined: epoch };
  return reconcile(memberSituation({ cluster, me: n2, database, member: { record, ...member } }));
}

describe('before the confirmation, who is appointed is attached to only by a sealed log that it contains', () => {
  const sealedAt = (at: typeof base) => ({ sealed: { election, position: at } });
  test.each([
    ['at its end', base, sealedAt(base), 'follow'],
    [
      'behind its end',
      position(inService.epoch, 400, 2),
      sealedAt(position(inService.epoch, 400, 2)),
      'follow',
    ],
    [
      'beyond its end',
      position(inService.epoch, 501, 2),
      sealedAt(position(inService.epoch, 501, 2)),
      undefined,
    ],
    ['of another epoch', position(1, 400, 2), sealedAt(position(1, 400, 2)), undefined],
    [
      'on another timeline',
      position(inService.epoch, 400, 3),
      sealedAt(position(inService.epoch, 400, 3)),
      undefined,
    ],
    ['not sealed in this life', base, {}, undefined],
  ])('%s', (_, at, member, action) => {
    const planned = planOf(appointed, { ...SEALED, position: at, replayedLsn: at.lsn }, member);
    expect(planned.action?.kind).toBe(action);
    expect(planned.member.rejoin).toBeNull();
  });
});

describe('after the confirmation', () => {
  const behind = position(inService.epoch, 150, 2);
  const past = position(0, 120, 1);

  test('a beginning of its log is attached', () => {
    const planned = planOf(inService, { ...SEALED, position: behind, replayedLsn: 150 });
    expect(planned.action).toEqual({ kind: 'follow', upstream: n1, epoch: inService.epoch });
  });

  test('a log that still grows is not judged yet: neither attached nor wound back', () => {
    const growing = { ...SEALED, position: past, replayedLsn: 120, drained: false };
    expect(planOf(inService, growing)).toMatchObject({ action: null, member: { rejoin: null } });
  });

  test('a log whose end is not known is not judged', () => {
    expect(planOf(inService, SEALED)).toMatchObject({ action: null, member: { rejoin: null } });
  });

  test('a log that left its history is wound back, never attached', () => {
    const diverged = { ...SEALED, position: past, replayedLsn: 120 };
    const planned = planOf(inService, diverged);
    expect(planned.member.rejoin).not.toBeNull();
    expect(planned.action?.kind).not.toBe('follow');
  });

  test('who streams from it already is left alone', () => {
    const streaming = {
      ...SEALED,
      position: behind,
      replayedLsn: 150,
      upstream: n1,
      receiving: true,
    };
    expect(planOf(inService, streaming)).toMatchObject({ action: null, record: null });
  });
});

test('whoever else takes writes is stopped at once, with its port closed', () => {
  expect(planOf(inService, PRIMARY)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
    member: { sealed: null },
  });
});

test('a stopped standby is started without an upstream, and judged when it answers', () => {
  expect(planOf(inService, STOPPED).action).toEqual({ kind: 'start' });
});

test('a directory of another database is left untouched', () => {
  const other = { ...STOPPED, directory: { kind: 'present', systemId: 'other' } } as const;
  const planned = planOf(inService, other);
  expect(planned.action).toBeNull();
  expect(planned.trouble).toMatch('another database');
});
