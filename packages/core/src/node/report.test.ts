import { incarnationOf, instantOf, lifeOf, logIndexOf } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { report } from '../testing/coordinator-fixture.js';
import { PRIMARY, SEALED } from '../testing/member-fixture.js';
import { playLeader, playNode } from '../testing/played-node.js';

const { heartbeat } = TIMING_PRESETS.balanced;
const inService = running(founded());

function stored(...reports: readonly ReturnType<typeof report>[]) {
  const played = playNode(n1, inService, null);
  for (const one of reports) {
    played.step({ type: 'received', from: one.node, message: { kind: 'report', report: one } });
  }
  return played.node.reports[n2];
}

test.each([
  ['an older one that arrives late is dropped', { seq: 4 }, 5],
  ['the same one again is dropped', { seq: 5, trouble: 'again' }, 5],
  ['a newer one counts', { seq: 6 }, 6],
  ['the first of a later life counts', { seq: 1, incarnation: incarnationOf(2) }, 1],
  ['the last of a former life is dropped', { seq: 99, incarnation: incarnationOf(0) }, 5],
])('of two reports of a member %s', (_, second, seq) => {
  const known = stored(report(n2, { seq: 5 }), report(n2, second));
  expect(known?.report.seq).toBe(seq);
  expect(known?.report.trouble).toBeNull();
});

/**
 * Goal: a member whose clock went back between two losses of its directory is not silenced by what it
 * said under the life in between. Method: a report under a life that nobody admitted, then one of a lower
 * incarnation under the life that is on the list, while the former is fresh and after it.
 */
test('what was said under a life that was never admitted keeps a lower one out only while it is fresh', () => {
  const played = playNode(n1, inService, null);
  const tell = (one: ReturnType<typeof report>): unknown => {
    played.step({ type: 'received', from: n2, message: { kind: 'report', report: one } });
    return played.node.reports[n2]?.report;
  };
  const inBetween = report(n2, { seq: 7, incarnation: incarnationOf(900), life: lifeOf(900) });
  const present = report(n2, { seq: 1, incarnation: incarnationOf(1) });
  expect(tell(inBetween)).toEqual(inBetween);
  played.now += 3 * heartbeat;
  expect(tell(present)).toEqual(inBetween);
  played.now += 2 * heartbeat;
  expect(tell(present)).toEqual(present);
});

test('what was said under the admitted life keeps a lower incarnation out for ever', () => {
  const played = playNode(n1, inService, null);
  const said = report(n2, { seq: 7, incarnation: incarnationOf(5) });
  for (const one of [said, report(n2, { seq: 9, incarnation: incarnationOf(4) })]) {
    played.step({ type: 'received', from: n2, message: { kind: 'report', report: one } });
    played.now += 100 * heartbeat;
  }
  expect(played.node.reports[n2]?.report).toEqual(said);
});

test('where a log ends is no sealed position before the seal has ended', () => {
  const electing = applyAll(inService, [begin(inService)]);
  const played = playNode(n2, electing, null);
  const position = { epoch: inService.epoch, lsn: 500, timeline: 2 };
  const { report: told } = played.see({ ...SEALED, position });
  expect(told?.database?.position).toEqual(position);
  expect(told).toMatchObject({ sealedAt: null, sealedFor: logIndexOf(0) });
});

test('a report goes to all others: each heartbeat, and at once on a change', () => {
  const played = playNode(n1, inService, null).see(PRIMARY);
  const to = () =>
    played.effects.flatMap((one) =>
      one.type === 'send' && one.message.kind === 'report' ? [one.to] : [],
    );
  expect(to()).toEqual([n2, n3]);
  // What it has begun to do is a change too; until nothing changes any more.
  for (let step = 0; step < 5 && to().length > 0; step++) played.see(PRIMARY);
  expect(to()).toEqual([]);
  expect(to()).toEqual([]);
  played.see({ ...PRIMARY, works: false });
  expect(to()).toEqual([n2, n3]);
  played.see({ ...PRIMARY, works: false });
  expect(to()).toEqual([]);
  played.now += heartbeat;
  played.see({ ...PRIMARY, works: false });
  expect(to()).toEqual([n2, n3]);
});

test.each([
  ['one that is held', null, 2000],
  ['one that was given back, however much of it would be left', { epoch: inService.epoch }, 0],
])('a report says what is left of a grant: %s', (_case, released, expected) => {
  const played = playNode(n1, inService, {
    promise: logIndexOf(inService.epoch),
    released: released && { ...released, incarnation: incarnationOf(1) },
    mustStream: false,
  });
  const { member } = played.node;
  const grant = { epoch: inService.epoch, end: instantOf(played.now + 2001) };
  played.node = { ...played.node, member: member && { ...member, grant } };
  expect(played.see(PRIMARY).report?.grantMs).toBe(expected);
});

test('a coordinator tells the others at once what it waits for', () => {
  const played = playLeader(applyAll(inService, [begin(inService)]));
  played.step({ type: 'tick' });
  expect(played.node.why).not.toBeNull();
  const told = played.node.reports[n1]?.report;
  expect(told?.waitsFor).toBe(played.node.why);
});

test('how far a copy is goes with the next report, and makes none of its own', () => {
  const played = playNode(n2, inService, null).see({
    ...SEALED,
    process: 'stopped',
    role: 'stopped',
  });
  const running = {
    id: 7,
    action: { kind: 'clone', from: n1, epoch: inService.epoch },
    startedAt: instantOf(0),
    cancelled: false,
    progress: null,
  } as const;
  const { member } = played.node;
  played.node = { ...played.node, member: member && { ...member, running } };
  played.step({ type: 'tick' });
  const progress = { step: 'copying', bytesDone: 1, bytesTotal: 4 };
  played.step({ type: 'actionProgress', id: 7, progress });
  expect(played.effects.filter(({ type }) => type === 'send')).toEqual([]);
  played.step({ type: 'actionProgress', id: 8, progress: { step: 'of an action that is over' } });
  played.now += heartbeat;
  played.step({ type: 'tick' });
  expect(played.node.reports[n2]?.report).toMatchObject({ action: 'clone', progress });
});

test('what makes a host a bad place for its VIP reaches the report, when it comes and when it goes', () => {
  const host = { fencing: 'address+port', vip: true, vips: [], vipMs: 0, open: true };
  const played = playNode(n1, inService, null);
  const seen = (vipTrouble?: string): string | undefined => {
    const view = { ...host, ...(vipTrouble !== undefined && { vipTrouble }) };
    played.step({ type: 'hostObserved', host: view });
    return played.node.reports[n1]?.report.vipTrouble;
  };
  expect(seen()).toBeUndefined();
  expect(seen('eth1 has no link')).toBe('eth1 has no link');
  expect(seen()).toBeUndefined();
});

test('what is left of the time of a watchdog makes no report of its own, whether it is armed does', () => {
  const played = playNode(n1, inService, null).see(PRIMARY);
  const see = (state: 'armed' | 'ready', leftMs: number) => {
    const firesAt = state === 'armed' ? instantOf(played.now + leftMs) : null;
    const watchdog = { state, required: false, firesAt };
    const { member } = played.node;
    const host = member && { ...member.host, watchdog };
    played.node = { ...played.node, member: member && host && { ...member, host } };
    played.see(PRIMARY);
    return played.effects.some((one) => one.type === 'send' && one.message.kind === 'report');
  };
  expect(see('armed', 5000)).toBe(true);
  for (let step = 0; step < 5; step++) see('armed', 5000);
  expect(see('armed', 4000)).toBe(false);
  expect(see('ready', 0)).toBe(true);
});
