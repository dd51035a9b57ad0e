import { instantOf, type Epoch } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import type { MemberAction } from '../member/action.js';
import { applyAll, begin, founded, n1, n2, running } from '../testing/cluster-fixture.js';
import { NOW, PRIMARY, SEALED } from '../testing/member-fixture.js';
import { playNode, type Played } from '../testing/played-node.js';
import { actionDeadline } from './action-deadline.js';

const { grant, stopBudget } = TIMING_PRESETS.balanced;
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const epoch: Epoch = inService.epoch;
const record = (promise: number) => ({
  promise: promise as never,
  released: null,
  mustStream: false,
  joined: promise as never,
});

function busy(played: Played, action: MemberAction): Played {
  const { member } = played.node;
  const running = { id: 7, action, startedAt: instantOf(NOW), cancelled: false, progress: null };
  played.node = { ...played.node, member: member && { ...member, running } };
  return played;
}

const cancelled = (played: Played) =>
  played.effects.flatMap((one) => (one.type === 'cancelAction' ? [one.id] : []));

test.each([
  ['a barrier', { kind: 'barrier', rule: { standbys: [n2], acks: 1 }, epoch }],
  ['a change of the rule', { kind: 'applyRule', rule: { standbys: [n2], acks: 1 }, epoch }],
  ['a seal that hangs', { kind: 'seal', election: 1 as never }],
  ['a marker that hangs', { kind: 'writeMarker', epoch, first: false }],
  ['opening the access rules', { kind: 'admit', who: 'all' }],
  ['a start', { kind: 'start' }],
  ['an orderly stop', { kind: 'stop', mode: 'fast', reason: '' }],
  ['an orderly hand-over', { kind: 'handOver', epoch }],
] as const)('a fence waits for nothing: %s is cancelled for it, once', (_, action) => {
  const primary = busy(playNode(n1, electing, record(epoch)), action);
  expect(cancelled(primary.see(PRIMARY))).toEqual([7]);
  expect(cancelled(primary.see(PRIMARY))).toEqual([]);
  expect(primary.started).toBeUndefined();
});

test('an immediate stop is not cancelled for itself', () => {
  const stop = { kind: 'stop', mode: 'immediate', reason: '' } as const;
  expect(cancelled(busy(playNode(n1, electing, record(epoch)), stop).see(PRIMARY))).toEqual([]);
});

test.each([
  ['a follow', { kind: 'follow', upstream: n1, epoch }, [7]],
  ['a copy', { kind: 'clone', from: n1, epoch }, [7]],
  ['a rewind', { kind: 'rewind', from: n1, epoch }, [7]],
  ['a start is not: the seal needs it', { kind: 'start' }, []],
] as const)('an election does not wait for what it makes pointless: %s', (_, action, ids) => {
  const index = electing.election?.index ?? 0;
  const standby = busy(playNode(n2, electing, record(index)), action);
  expect(cancelled(standby.see({ ...SEALED, upstream: n1 }))).toEqual(ids);
});

test('what was begun for an epoch that is over is cancelled', () => {
  const standby = busy(playNode(n2, inService, record(epoch)), {
    kind: 'follow',
    upstream: n1,
    epoch: (epoch - 1) as Epoch,
  });
  expect(cancelled(standby.see({ ...SEALED, upstream: n1, receiving: true }))).toEqual([7]);
});

test('one action at a time', () => {
  const index = electing.election?.index ?? 0;
  const standby = playNode(n2, electing, record(index)).see(SEALED);
  expect(standby.started).toBe('seal');
  expect(standby.see(SEALED).started).toBeUndefined();
});

test('every action has an end: stops within their budget, a barrier within two grants, a hand-over within the grant', () => {
  const timing = TIMING_PRESETS.balanced;
  const rule = { standbys: [], acks: 0 };
  const deadline = (action: MemberAction) => actionDeadline(action, timing);
  expect(deadline({ kind: 'stop', mode: 'immediate', reason: '' })).toBe(
    Math.max(stopBudget, 2000),
  );
  expect(deadline({ kind: 'barrier', rule, epoch })).toBe(2 * grant);
  expect(deadline({ kind: 'handOver', epoch })).toBeLessThanOrEqual(grant);
  expect(deadline({ kind: 'clone', from: n1, epoch })).toBeLessThan(Number.POSITIVE_INFINITY);
});
