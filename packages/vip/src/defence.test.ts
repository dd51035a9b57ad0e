import { addDuration, instantOf } from '@mha4rdb/kernel';
import { DEFEND_EVERY_MS, judgeClaim } from './defence.js';

const NOW = instantOf(1000);
const later = (ms: number) => addDuration(NOW, ms);
const claim = { mac: 'bb', own: 'aa', holding: true };
const first = judgeClaim(null, claim, NOW);
const dispute = first?.dispute ?? null;

describe('a claim of a VIP that this host holds', () => {
  it('is an alarm, and answered once', () => {
    expect(first).toMatchObject({ defend: true, alarm: true, dispute: { claims: 1, mac: 'bb' } });
  });

  it('is not fought over when it is repeated', () => {
    expect(judgeClaim(dispute, claim, later(DEFEND_EVERY_MS - 1))).toMatchObject({
      defend: false,
      alarm: false,
      dispute: { claims: 2, defendedAt: NOW },
    });
  });

  it('is answered again when it comes back after a while', () => {
    expect(judgeClaim(dispute, claim, later(DEFEND_EVERY_MS))).toMatchObject({
      defend: true,
      alarm: true,
    });
  });

  it('by another one is another alarm, and no second answer', () => {
    expect(judgeClaim(dispute, { ...claim, mac: 'cc' }, later(1))).toMatchObject({
      defend: false,
      alarm: true,
    });
  });
});

it.each([
  ['this host itself', { ...claim, mac: 'aa' }],
  ['its holder, while this host is not', { ...claim, holding: false }],
])('a claim by %s is in order', (_who, given) => {
  expect(judgeClaim(null, given, NOW)).toBeNull();
});
