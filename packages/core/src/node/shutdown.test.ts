import { instantOf } from '@mha4rdb/kernel';
import { KEEP_GRANT_MS } from '../member/keep.js';
import { applyAll, begin, founded, n1, n2, running } from '../testing/cluster-fixture.js';
import { NOW, PRIMARY, SEALED } from '../testing/member-fixture.js';
import { playNode, type Played } from '../testing/played-node.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const record = (promise: number) => ({
  promise: promise as never,
  released: null,
  mustStream: false,
});
const served = record(inService.epoch);

function stops(played: Played, mode: 'handover' | 'keep' | 'immediate'): boolean {
  played.step({ type: 'shutdown', mode });
  return played.effects.some(({ type }) => type === 'shutdownReady');
}

function granted(until: number): Played {
  const primary = playNode(n1, inService, served).see(PRIMARY);
  const { member } = primary.node;
  const grant = { epoch: inService.epoch, end: instantOf(until) };
  primary.node = { ...primary.node, member: member && { ...member, grant } };
  return primary;
}

test('a standby ends at once', () => {
  const standby = playNode(n2, inService, served).see({
    ...SEALED,
    upstream: n1,
    receiving: true,
  });
  expect(stops(standby, 'handover')).toBe(true);
});

test.each(['handover', 'immediate'] as const)(
  'a primary in office does not end before it left it (%s)',
  (mode) => {
    expect(stops(granted(NOW + 2400), mode)).toBe(false);
  },
);

test('a primary that is to be kept ends only under a grant that lasts until its next life', () => {
  expect(stops(granted(NOW + 2400), 'keep')).toBe(false);
  expect(stops(granted(NOW + KEEP_GRANT_MS), 'keep')).toBe(true);
});

test('a deposed primary does not end while its database still takes writes', () => {
  expect(stops(playNode(n1, electing, served).see(PRIMARY), 'immediate')).toBe(false);
});

test('a primary that has not caught up with its promise does not end beside a server that takes writes', () => {
  const behind = playNode(n2, inService, record(inService.epoch + 9)).see(PRIMARY);
  expect(behind.node.member?.running).toBeNull();
  expect(stops(behind, 'handover')).toBe(false);
});

test('that the process may end is said once', () => {
  const standby = playNode(n2, inService, served).see({
    ...SEALED,
    upstream: n1,
    receiving: true,
  });
  expect(stops(standby, 'handover')).toBe(true);
  expect(stops(standby, 'handover')).toBe(false);
});
