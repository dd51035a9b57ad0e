import { fingerprintInto } from './fingerprint.js';
import { FingerprintSet } from './fingerprint-set.js';

describe('FingerprintSet', () => {
  it('takes each fingerprint once, whatever falls into one place, and grows', () => {
    const set = new FingerprintSet(4);
    const all = Array.from({ length: 5000 }, (_, at) => ({ low: at % 7, high: at }));
    for (const one of all) expect(set.add(one)).toBe(true);
    for (const one of all) expect(set.add(one)).toBe(false);
    expect(set.size).toBe(5000);
  });
});

describe('fingerprintInto', () => {
  it('tells 200,000 neighbouring vectors apart, in each half too', () => {
    const set = new FingerprintSet();
    const halves = [new Set<number>(), new Set<number>()];
    const fingerprint = { low: 0, high: 0 };
    for (let at = 0; at < 200_000; at++) {
      fingerprintInto(fingerprint, [at % 50, Math.floor(at / 50) % 40, Math.floor(at / 2000), 3]);
      set.add(fingerprint);
      halves[0]?.add(fingerprint.low);
      halves[1]?.add(fingerprint.high);
    }
    expect(set.size).toBe(200_000);
    // By chance 200,000 of 2³² collide about 5 times.
    for (const half of halves) expect(half.size).toBeGreaterThan(199_950);
  });
});
