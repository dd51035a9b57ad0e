import { instantOf } from '@mha4rdb/kernel';
import fc from 'fast-check';
import { ADDRESS_SLACK_MS, addressSlack, planAddress, type SeenAddress } from './address-lease.js';

const NOW = instantOf(50_000);
const VIP = { ip: '10.77.0.100', prefixLength: 24, interfaceName: 'eth0' };
const until = (leftMs: number) => instantOf(NOW + leftMs);
const ours: SeenAddress = { ...VIP, ours: true, validSeconds: 1 };
const foreign: SeenAddress = { ...VIP, ours: false, validSeconds: null };

describe('the next step for a VIP that is wished', () => {
  it('acquires it for the whole seconds that fit before the end of the grant', () => {
    expect(planAddress(VIP, until(2400), [], NOW)).toEqual({
      kind: 'hold',
      validSeconds: 1,
      fresh: true,
    });
    expect(planAddress(VIP, until(9900), [], NOW)).toMatchObject({ validSeconds: 9 });
  });

  it('acquires it without lifetime under a grant that is too short for one', () => {
    expect(planAddress(VIP, until(1200), [], NOW)).toMatchObject({
      kind: 'hold',
      validSeconds: null,
    });
  });

  it('renews it, also when it had no lifetime', () => {
    const renewal = { kind: 'hold', validSeconds: 1, fresh: false };
    expect(planAddress(VIP, until(2400), [ours], NOW)).toEqual(renewal);
    expect(planAddress(VIP, until(2400), [{ ...ours, validSeconds: null }], NOW)).toEqual(renewal);
  });

  it('does not renew at every call, unless the lifetime changes', () => {
    const renewed = (agoMs: number) => ({
      renewedAt: instantOf(NOW - agoMs),
      slackMs: ADDRESS_SLACK_MS,
    });
    const justNow = renewed(199);
    expect(planAddress(VIP, until(2400), [ours], NOW, justNow)).toEqual({ kind: 'rest' });
    expect(planAddress(VIP, until(3500), [ours], NOW, justNow)).toMatchObject({ kind: 'hold' });
    expect(planAddress(VIP, until(2400), [ours], NOW, renewed(200))).toMatchObject({
      kind: 'hold',
    });
  });

  it('lets it run out when the rest of the grant is too short for a renewal', () => {
    expect(planAddress(VIP, until(1449), [ours], NOW)).toEqual({ kind: 'rest' });
  });

  it.each([
    ['another interface', { interfaceName: 'eth1' }],
    ['another prefix length', { prefixLength: 32 }],
  ])('first removes our copy with %s', (_case, difference) => {
    const misplaced = { ...ours, ...difference };
    expect(planAddress(VIP, until(2400), [misplaced], NOW)).toEqual({
      kind: 'remove',
      address: misplaced,
    });
  });

  it('refuses an address that is somebody else’s, wherever on the host', () => {
    const elsewhere = { ...foreign, interfaceName: 'br0' };
    expect(planAddress(VIP, until(2400), [elsewhere], NOW)).toEqual({
      kind: 'refuse',
      holder: elsewhere,
    });
  });

  it('is not wished any more at the end of the grant', () => {
    expect(planAddress(VIP, until(0), [ours], NOW)).toEqual({ kind: 'remove', address: ours });
    expect(planAddress(VIP, until(-1), [], NOW)).toEqual({ kind: 'rest' });
  });
});

describe('the next step for a VIP that is not wished', () => {
  it('removes every copy of ours and leaves everything else alone', () => {
    expect(planAddress(VIP, null, [foreign, ours], NOW)).toEqual({ kind: 'remove', address: ours });
    expect(planAddress(VIP, null, [foreign], NOW)).toEqual({ kind: 'rest' });
    expect(planAddress(VIP, null, [], NOW)).toEqual({ kind: 'rest' });
  });
});

describe('the slack of a kernel', () => {
  it('is never taken smaller than what was measured elsewhere', () => {
    expect(addressSlack([])).toBe(ADDRESS_SLACK_MS);
    expect(addressSlack([12, 80])).toBe(ADDRESS_SLACK_MS);
  });

  it('is what this kernel needs, and a reserve', () => {
    expect(addressSlack([12, 700.2])).toBe(801);
  });

  it('shortens the lifetime, down to none where the kernel removes nothing', () => {
    const hold = (slackMs: number) =>
      planAddress(VIP, until(2400), [], NOW, { renewedAt: null, slackMs });
    expect(hold(1400)).toMatchObject({ validSeconds: 1 });
    expect(hold(1401)).toMatchObject({ validSeconds: null });
    expect(hold(addressSlack([30, null]))).toMatchObject({ kind: 'hold', validSeconds: null });
  });
});

it('never gives a lifetime that could end after the grant, when the call follows at once', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), (leftMs) => {
      const step = planAddress(VIP, until(leftMs), [ours], NOW);
      if (step.kind !== 'hold' || step.validSeconds === null) return;
      expect(step.validSeconds).toBeGreaterThanOrEqual(1);
      expect(step.validSeconds * 1000 + ADDRESS_SLACK_MS).toBeLessThanOrEqual(leftMs + 1e-6);
    }),
  );
});
