import { instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { applyAll, founded, n2, position, running } from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import type { HandOver, MemberState } from './state.js';

const { grant: D, margin: A } = TIMING_PRESETS.balanced;
const inService = running(founded());
const { epoch } = inService;
const switching = applyAll(inService, [
  { type: 'StartSwitchover', id: 'op', epoch, to: n2, at: 0 },
]);
const grant = { epoch, end: instantOf(NOW + D) };
const stage = (name: HandOver['stage']): { handOver: HandOver } => ({
  handOver: { id: 'op', stage: name, position: null },
});

function planOf(
  member: Partial<MemberState>,
  database: DatabaseObservation = PRIMARY,
  cluster = switching,
) {
  return reconcile(memberSituation({ cluster, database, member: { grant, ...member } }));
}

test('first it flushes while it is open and renews its grant, so that the stop is short', () => {
  expect(planOf({})).toMatchObject({
    wish: { kind: 'open' },
    action: { kind: 'checkpoint', epoch, handsOver: true },
    proposals: [{ type: 'RenewGrant' }],
    member: stage('flush'),
  });
});

test('then it closes to clients, standbys go on streaming, and only then it stops in order', () => {
  const open = { fencing: 'port', vip: true, vips: [], vipMs: 0, open: true };
  const closing = planOf({ ...stage('stop'), host: open });
  expect(closing).toMatchObject({ wish: { kind: 'peers' }, action: null });
  const closed = planOf({ ...stage('stop'), host: { ...open, open: false, vip: false } });
  expect(closed).toMatchObject({
    wish: { kind: 'peers' },
    action: { kind: 'handOver', epoch },
    proposals: [{ type: 'RenewGrant' }],
  });
});

test('an address that does not go holds it up no longer than the grant lasts', () => {
  const stuck = { fencing: 'port', vip: true, vips: [], vipMs: 0, open: false };
  expect(planOf({ ...stage('stop'), host: stuck }).proposals).toEqual([]);
  const short = { epoch, end: instantOf(NOW + A) };
  expect(planOf({ ...stage('stop'), host: stuck, grant: short })).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
    member: {
      fenced: { reason: 'the grant ran out: the port or the address could not be taken back' },
    },
  });
});

test('the release carries where the log ended, and is on disk first', () => {
  const handOver = { id: 'op', stage: 'release', position: position(epoch, 900) } as const;
  expect(planOf({ handOver }, STOPPED)).toMatchObject({
    record: { released: { epoch } },
    proposals: [],
  });
});

test('a grant that runs out during it ends it: stopped at once', () => {
  const short = { epoch, end: instantOf(NOW + A) };
  expect(planOf({ ...stage('stop'), grant: short })).toMatchObject({
    wish: { kind: 'closed' },
    action: {
      kind: 'stop',
      mode: 'immediate',
      reason: 'the grant ran out: the server did not stop in time for the hand-over',
    },
  });
});

test('a cancel during the flush keeps the epoch open; after the port was closed there is no way back', () => {
  expect(planOf(stage('flush'), PRIMARY, inService)).toMatchObject({
    wish: { kind: 'open' },
    action: null,
  });
  expect(planOf(stage('stop'), PRIMARY, inService)).toMatchObject({
    wish: { kind: 'peers' },
    action: { kind: 'handOver' },
  });
});

test('a flush that ends after the cancel hands nothing over: the withdrawn switchover is forgotten', () => {
  expect(planOf(stage('flush'), PRIMARY, inService).member.handOver).toBeNull();
});

test('another switchover than the one that was begun starts from the flush', () => {
  const other = { handOver: { id: 'before', stage: 'flush', position: null } } as const;
  expect(planOf(other).member.handOver).toEqual({ id: 'op', stage: 'flush', position: null });
});

test('an agent that hands over because it stops does so without an order', () => {
  const planned = planOf({ shutdown: 'handover' }, PRIMARY, inService);
  expect(planned).toMatchObject({
    action: { kind: 'checkpoint' },
    member: { handOver: { id: 'shutdown', stage: 'flush' } },
  });
});

test('a server that died during the stop is released, as stopped', () => {
  expect(planOf(stage('stop'), STOPPED)).toMatchObject({
    wish: { kind: 'closed' },
    record: { released: { epoch } },
  });
});
