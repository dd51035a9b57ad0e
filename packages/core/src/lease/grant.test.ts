import { epochOf, incarnationOf, instantOf, nodeIdOf } from '@mha4rdb/kernel';
import fc from 'fast-check';
import { founded, n1, n2, running } from '../testing/cluster-fixture.js';
import {
  grantorAtTermStart,
  mayOpen,
  noteGranted,
  noteRelease,
  noteRenewal,
  type GrantorView,
} from './grantor.js';
import { afterRenewal, classifyGrant } from './holder.js';
import { CLOCK_RATE_ERROR, TIMING_PRESETS, waitFor } from './timing.js';

const D = 2400;
const empty: GrantorView = { outstanding: [], inheritedUntil: instantOf(0), lastRenewalAt: null };
const epoch = epochOf(5);

function renewal(sendStamp: number) {
  return {
    type: 'RenewGrant',
    epoch,
    holder: n1,
    incarnation: incarnationOf(1),
    sendStamp: instantOf(sendStamp),
  } as const;
}

test('the grant counts from the sending, however late the answer comes', () => {
  expect(afterRenewal(null, renewal(1000), D).end).toBe(3400);
});

test('a renewal that is applied late never shortens the grant', () => {
  const held = afterRenewal(null, renewal(2000), D);
  expect(afterRenewal(held, renewal(1000), D).end).toBe(4400);
});

test.each([
  [3599, 'valid'],
  [3600, 'fencing'],
  [4399, 'fencing'],
  [4400, 'over'],
] as const)('at %d ms a grant until 4400 with a margin of 800 is %s', (now, expected) => {
  const held = { epoch, end: instantOf(4400) };
  expect(classifyGrant(held, epoch, instantOf(now), TIMING_PRESETS.balanced)).toBe(expected);
  expect(classifyGrant(held, epochOf(6), instantOf(now), TIMING_PRESETS.balanced)).toBe('none');
});

test('nobody else may be opened before the wait is over, on any two clocks within the rate error', () => {
  const rate = fc.double({ min: 1 - CLOCK_RATE_ERROR, max: 1 + CLOCK_RATE_ERROR, noNaN: true });
  fc.assert(
    fc.property(
      rate,
      rate,
      fc.nat(5000),
      fc.nat(10_000),
      (holderRate, coordinatorRate, delay, later) => {
        // True times: sent at 0, appended at `delay`, asked at `delay + later`.
        const view = noteRenewal(
          empty,
          { holder: n1, epoch },
          D,
          instantOf(delay * coordinatorRate),
        );
        const asked = instantOf((delay + later) * coordinatorRate);
        if (!mayOpen(view, n2, asked)) return;
        const holderNow = (delay + later) * holderRate;
        expect(holderNow).toBeGreaterThanOrEqual(D - 1e-6);
      },
    ),
    { numRuns: 2000 },
  );
});

test('an ordinary renewal after a longer one does not shorten the wait for the longer one', () => {
  const kept = noteRenewal(empty, { holder: n1, epoch }, 15_000, instantOf(0));
  const renewed = noteRenewal(kept, { holder: n1, epoch }, D, instantOf(1000));
  expect(mayOpen(renewed, n2, instantOf(waitFor(15_000) - 1))).toBe(false);
  expect(mayOpen(renewed, n2, instantOf(waitFor(15_000)))).toBe(true);
});

test('a new coordinator waits as if every grant had been sent when its term began', () => {
  const state = running(founded());
  const view = grantorAtTermStart(state, 0, instantOf(0));
  expect(mayOpen(view, n2, instantOf(waitFor(D) - 1))).toBe(false);
  expect(mayOpen(view, n2, instantOf(waitFor(D)))).toBe(true);
  expect(mayOpen(view, n1, instantOf(1))).toBe(true);
});

test('a grant whose appointment is applied only after the election counts as inherited', () => {
  const view = grantorAtTermStart(founded(), 0, instantOf(0));
  expect(mayOpen(view, n2, instantOf(1))).toBe(true);
  const noted = noteGranted(view, { epoch, holder: n1 });
  expect(mayOpen(noted, n2, instantOf(waitFor(D) - 1))).toBe(false);
});

test('a release ends the wait for its epoch only', () => {
  const older = noteRenewal(empty, { holder: nodeIdOf('n3'), epoch: epochOf(2) }, D, instantOf(0));
  const both = noteRenewal(older, { holder: n1, epoch }, D, instantOf(10));
  expect(mayOpen(noteRelease(both, epoch), n2, instantOf(20))).toBe(false);
  expect(mayOpen(noteRelease(noteRelease(both, epoch), epochOf(2)), n2, instantOf(20))).toBe(true);
});

test('a longer grant that is not applied yet lengthens the inherited wait', () => {
  const view = grantorAtTermStart(running(founded()), 15_000, instantOf(0));
  expect(mayOpen(view, n2, instantOf(15_000))).toBe(false);
});
