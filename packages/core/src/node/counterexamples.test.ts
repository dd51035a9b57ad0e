import {
  epochOf,
  incarnationOf,
  instantOf,
  logIndexOf,
  termOf,
  type DatabaseObservation,
} from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import { TIMING_PRESETS } from '../lease/timing.js';
import type { MemberRecord } from '../member/record.js';
import {
  applyAll,
  appoint,
  begin,
  confirm,
  founded,
  n1,
  n2,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { playNode } from '../testing/played-node.js';
import { carryOut } from './raft-effects.js';
import { openWork } from './work.js';

const timing = TIMING_PRESETS.balanced;
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const again = applyAll(electing, [appoint(electing, n1, { standbys: [n2], acks: 1 })]);
const { epoch } = inService;
const promised = (promise: number): MemberRecord => ({
  promise: logIndexOf(promise),
  released: null,
  mustStream: false,
  joined: epochOf(promise),
});

const following: DatabaseObservation = { ...SEALED, upstream: n1, receiving: true };
const end = position(epoch, 500, 2);

it('seal: promise on disk, then upstream removed, then the position is reported, in this order', () => {
  const standby = playNode(n2, electing, promised(epoch)).see(following);
  expect([standby.record?.promise, standby.started]).toEqual([electing.election?.index, undefined]);
  expect(standby.report?.sealedFor).toBe(0);
  standby.written();
  expect(standby.started).toBe('seal');
  expect(standby.node.member?.sealed).toBeNull();
  standby.ended(SEALED, { position: end });
  expect(standby.report).toMatchObject({
    sealedFor: electing.election?.index,
    sealedAt: end,
  });
});

it('a seal that failed is no evidence: nothing is reported, and it is tried again', () => {
  const standby = playNode(n2, electing, promised(electing.election?.index ?? 0)).see(following);
  expect(standby.started).toBe('seal');
  const failure = { code: 'timeout', message: 'no answer' };
  standby.ended(following, { ok: false, failure });
  expect(standby.node.member?.sealed).toBeNull();
  standby.now += 1000;
  expect(standby.see(following).started).toBe('seal');
});

it('attach: every attach stores the promise first, not only a seal', () => {
  const attachable = { ...SEALED, position: position(epoch, 110, 2), replayedLsn: 110 };
  const standby = playNode(n2, inService, promised(0)).see(attachable);
  expect([standby.record?.promise, standby.started]).toEqual([epoch, undefined]);
  expect(standby.written().started).toBe('follow');
});

it('a crashed standby that replays to an old epoch does not attach to its primary', () => {
  const attachable = { ...SEALED, position: position(epoch, 110, 2), replayedLsn: 110 };
  const index = electing.election?.index ?? 0;
  const standby = playNode(n2, inService, promised(index), 2).see(attachable);
  expect([standby.started, standby.record]).toEqual([undefined, undefined]);
});

it('release: on disk before it is proposed', () => {
  const host = { fencing: 'port', vip: false, vips: [], vipMs: 0, open: false };
  const primary = playNode(n1, inService, promised(epoch)).step({ type: 'hostObserved', host });
  primary.see(STOPPED);
  expect(primary.record?.released).toEqual({ epoch, incarnation: 1 });
  expect([primary.fence, primary.proposed]).toEqual(['closed', []]);
  expect(primary.see(STOPPED).proposed).toEqual([]);
  expect(primary.written().proposed).toEqual(['ReleaseGrant']);
});

it('a restart after a release in flight goes on releasing: it neither adopts nor opens', () => {
  const record = { ...promised(epoch), released: { epoch, incarnation: incarnationOf(1) } };
  const primary = playNode(n1, inService, record, 2).see(PRIMARY);
  expect([primary.fence, primary.started, primary.proposed]).toEqual(['closed', 'stop', []]);
});

it('a restart beside a running primary keeps its rule, its leases and its service until Adopt is applied', () => {
  const stronger = { ...PRIMARY, rule: { standbys: [n2], acks: 1 } };
  const primary = playNode(n1, founded(), promised(epoch), 2).see(stronger);
  expect([primary.fence, primary.started, primary.proposed]).toEqual(['inherit', undefined, []]);
  primary.reach(inService);
  primary.see(stronger);
  expect([primary.fence, primary.started]).toEqual(['inherit', undefined]);
  expect(primary.proposed).toEqual(['Adopt']);
  primary.reach({ ...inService, incarnation: incarnationOf(2) });
  primary.see(stronger);
  expect([primary.fence, primary.proposed]).toEqual(['inherit', ['RenewGrant']]);
});

it('gate: no open port before confirmation and grant, whatever the database would admit', () => {
  const ready = { ...PRIMARY, rule: { standbys: [n2], acks: 1 } };
  const primary = playNode(n1, again, promised(again.epoch));
  const grant = { epoch: again.epoch, end: instantOf(NOW + timing.grant) };
  const hold = (held: typeof grant | null): void => {
    const { member } = primary.node;
    primary.node = { ...primary.node, member: member && { ...member, grant: held } };
  };
  hold(grant);
  expect(primary.see(ready).fence).toBe('peers');
  hold(null);
  const confirmed = applyAll(again, [confirm(again, 3, 600)]);
  primary.reach(confirmed);
  expect(primary.see(ready).fence).not.toBe('open');
  hold(grant);
  expect(primary.see(ready).fence).toBe('open');
});

it('a grant counts from the sending; a renewal that is committed after Begin does not extend the grant, nor does one of a former life', () => {
  const renewal = (sendStamp: number, life = 1): Command => ({
    type: 'RenewGrant',
    epoch,
    holder: n1,
    incarnation: incarnationOf(life),
    sendStamp: instantOf(sendStamp),
  });
  const grantAfter = (life: number, ...commands: Command[]) => {
    const { node } = playNode(n1, inService, promised(epoch), life);
    const work = openWork(node, instantOf(NOW), 0);
    const entries = commands.map((command, place) => ({
      index: logIndexOf(10 + place),
      term: termOf(1),
      payload: { kind: 'command', command } as const,
    }));
    carryOut(work, [{ kind: 'apply', entries }]);
    return work.node.member?.grant ?? null;
  };
  const first = { epoch, end: NOW + timing.grant };
  expect(grantAfter(1, renewal(NOW))).toEqual(first);
  // Sent 900 ms before it is applied: that much of it is over.
  expect(grantAfter(1, renewal(NOW - 900))).toEqual({ epoch, end: NOW - 900 + timing.grant });
  expect(grantAfter(1, renewal(NOW), begin(inService), renewal(NOW + 500))).toEqual(first);
  expect(grantAfter(2, renewal(NOW))).toBeNull();
});

it('re-appointed, the old primary goes through stop, start, seal, rule, promotion and a NEW marker', () => {
  const primary = playNode(n1, electing, promised(epoch));
  const did: (string | undefined)[] = [];
  const note = (): number => did.push(primary.started ?? (primary.record && 'promise'));
  primary.see(PRIMARY);
  note();
  primary.ended(STOPPED);
  note();
  primary.ended(SEALED);
  note();
  primary.written();
  note();
  primary.ended(SEALED, { position: end });
  primary.reach(again);
  primary.see(SEALED);
  note();
  primary.written();
  note();
  primary.ended({ ...SEALED, rule: { standbys: [n2], acks: 1 } });
  note();
  primary.ended(PRIMARY, { promotion: { timeline: 3, switchLsn: 500, history: [] } });
  note();
  primary.ended(PRIMARY, { position: position(again.epoch, 520, 3) });
  note();
  expect(primary.proposed).not.toContain('ConfirmPrimary');
  expect(did).toEqual([
    'stop',
    'start',
    'promise',
    'seal',
    'promise',
    'applyRule',
    'promote',
    'writeMarker',
    'barrier',
  ]);
  primary.ended(PRIMARY);
  expect(primary.proposed).toContain('ConfirmPrimary');
  expect(primary.node.member?.appointment?.marker).toEqual(position(again.epoch, 520, 3));
});

it('a step of an appointment that ends in the next one is no progress of it', () => {
  const late = playNode(n1, again, promised(again.epoch)).see(SEALED);
  expect(late.started).toBe('applyRule');
  const ended = applyAll(again, [begin(again)]);
  const next = applyAll(ended, [appoint(ended, n1, { standbys: [], acks: 0 })]);
  late.reach(next);
  late.see(SEALED).written();
  late.ended(SEALED);
  expect(late.node.member?.appointment).toMatchObject({ epoch: next.epoch, ruleApplied: false });
});

it('one record is written at a time, and what waits for it starts only when that very one is on disk', () => {
  const standby = playNode(n2, electing, promised(epoch)).see(following);
  const ticket = standby.node.member?.writing?.ticket ?? 0;
  expect(standby.see(following).record).toBeUndefined();
  standby.step({ type: 'memberPersisted', ticket: ticket + 1 });
  expect([standby.started, standby.node.member?.record.promise]).toEqual([undefined, epoch]);
});

it('a look that began before the last action ended is dropped: it may show what stood before', () => {
  const standby = playNode(n2, electing, promised(electing.election?.index ?? 0)).see(following);
  standby.ended(SEALED, { position: end });
  const before = instantOf(standby.now - 2);
  standby.step({ type: 'observed', startedAt: before, database: following });
  expect(standby.node.member?.database).toEqual(SEALED);
});

it('sleep of the machine shortens the grant, and stamps from before it give none', () => {
  const primary = playNode(n1, inService, promised(epoch));
  const { member } = primary.node;
  const grant = { epoch, end: instantOf(NOW + timing.grant) };
  primary.node = { ...primary.node, member: member && { ...member, grant } };
  primary.see(PRIMARY).step({ type: 'gap', ms: 2000 });
  expect(primary.node.member?.grant?.end).toBe(grant.end - 2000);
  const renewal: Command = {
    type: 'RenewGrant',
    epoch,
    holder: n1,
    incarnation: incarnationOf(1),
    sendStamp: instantOf(primary.now - 1),
  };
  const payload = { kind: 'command', command: renewal } as const;
  const work = openWork(primary.node, instantOf(primary.now), 0);
  carryOut(work, [
    { kind: 'apply', entries: [{ index: logIndexOf(10), term: termOf(1), payload }] },
  ]);
  expect(work.node.member?.grant?.end).toBe(grant.end - 2000);
  expect([primary.fence, primary.started]).toEqual(['closed', 'stop']);
});
