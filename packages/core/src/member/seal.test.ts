import { epochOf, instantOf, logIndexOf, type DatabaseObservation } from '@mha4rdb/kernel';
import {
  applyAll,
  begin,
  form,
  founded,
  n1,
  n2,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { memberSituation, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import type { MemberState } from './state.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const index = electing.election?.index ?? logIndexOf(0);
const following: DatabaseObservation = { ...SEALED, upstream: n1, receiving: true };
const promised = { promise: index, released: null, mustStream: false };

function planOf(
  database: DatabaseObservation | null,
  member: Partial<MemberState> = {},
  cluster = electing,
  me = n2,
) {
  return reconcile(memberSituation({ cluster, database, member, me }));
}

test('the promise for the election is on disk before the seal, which is before the report', () => {
  const first = planOf(following);
  expect(first.record).toEqual(promised);
  expect(first.member.sealed).toBeNull();
  const second = planOf(following, { record: promised });
  expect(second).toMatchObject({ record: null, action: { kind: 'seal', election: index } });
  expect(second.member.sealed).toBeNull();
});

test('a seal for an election before does not count: it is sealed again for this one', () => {
  const sealed = { election: logIndexOf(1), position: position(0, 100) };
  expect(planOf(SEALED, { sealed, record: promised }).action).toMatchObject({ election: index });
});

test('who has sealed for this election does nothing more', () => {
  const sealed = { election: index, position: position(0, 100) };
  const planned = planOf(SEALED, { sealed, record: promised });
  expect(planned).toMatchObject({ action: null, record: null, wish: { kind: 'lifted' } });
});

test('a stopped standby is started, without an upstream, before it is sealed', () => {
  expect(planOf(STOPPED)).toMatchObject({ action: { kind: 'start' }, wish: { kind: 'closed' } });
});

test.each([
  ['takes writes', PRIMARY],
  ['is stopping, with backends left', { ...STOPPED, process: 'stopping', role: 'silent' }],
] as const)(
  'whoever still %s stops at once with its port closed, and is no evidence',
  (_, seen) => {
    const sealed = { election: index, position: position(0, 100) };
    const planned = planOf(seen, { sealed }, electing, n1);
    expect(planned).toMatchObject({
      wish: { kind: 'closed' },
      action: { kind: 'stop', mode: 'immediate' },
      member: { sealed: null },
    });
  },
);

test('a log that was promoted by hand is longer and no evidence; what an appointment began is', () => {
  const forked = { ...SEALED, position: position(inService.epoch, 9000, 9) };
  const by = planOf(forked, { record: { ...promised, joined: inService.epoch } });
  expect(by).toMatchObject({ action: null, member: { sealed: null } });
  expect(by.trouble).toMatch(/promoted by somebody else/);
  const joined = epochOf(inService.epoch + 1);
  expect(planOf(forked, { record: { ...promised, joined } }).action).toMatchObject({
    kind: 'seal',
  });
  const own = { ...SEALED, position: position(inService.epoch, 900, 2) };
  expect(planOf(own, { record: { ...promised, joined: inService.epoch } }).action).not.toBeNull();
});

test('a former primary that hangs is stopped at once: an answer is not waited for', () => {
  const silent = { ...PRIMARY, role: 'silent', works: false } as const;
  expect(planOf(silent, {}, electing, n1)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
  });
  expect(planOf(silent, {}, electing, n2).action).toBeNull();
});

test('a directory that was wound back and has not streamed since is neither started nor sealed', () => {
  const record = { ...promised, mustStream: true };
  expect(planOf(STOPPED, { record }).action).toBeNull();
});

test.each([
  ['of another database', { kind: 'present', systemId: 'other' }, 'belongs to another database'],
  ['that is none', { kind: 'foreign', reason: 'a file of yours' }, 'a file of yours'],
] as const)('a directory %s is left untouched, and a person is told', (_, directory, told) => {
  const planned = planOf({ ...STOPPED, directory });
  expect(planned.action).toBeNull();
  expect(planned.trouble).toMatch(told);
});

test('an empty directory is initialized once in the life of a cluster: on its origin, when it is formed', () => {
  const formed = applyAll(founded(), [form(founded())]);
  const empty = { ...STOPPED, directory: { kind: 'empty' } } as const;
  expect(planOf(empty, {}, formed, n1).action).toEqual({ kind: 'initialize' });
  expect(planOf(empty, {}, formed, n2).action).toBeNull();
  expect(planOf(empty, {}, electing, n1).action).toBeNull();
});

test('an election ends what was under way: appointment, gate, hand-over, rejoin', () => {
  const { member } = planOf(SEALED, {
    gate: { epoch: inService.epoch, confirmedAt: instantOf(1), openedAt: null, flushed: false },
    handOver: { id: 'op', stage: 'stop', position: null },
    rejoin: { epoch: inService.epoch, rung: 'clone', failures: 1, notBefore: instantOf(0) },
  });
  expect(member).toMatchObject({ appointment: null, gate: null, handOver: null, rejoin: null });
});
