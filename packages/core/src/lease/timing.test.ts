import { CLOCK_RATIO, parseTiming, TIMING_PRESETS, waitFor } from './timing.js';

test.each(Object.entries(TIMING_PRESETS))('the preset %s keeps every inequality', (_, preset) => {
  expect(parseTiming(preset)).toEqual({ ok: true, value: preset });
});

test('the wait covers a grant on a clock that is slow while one own is fast', () => {
  // Holder slow by 1 %, coordinator fast by 1 %: the true length of W is still that of D at least.
  expect(waitFor(1000) / 1.01).toBeGreaterThanOrEqual(1000 / 0.99 - 1e-9);
  expect(CLOCK_RATIO).toBeGreaterThan(1.02);
});

test.each([
  [{ margin: 300 }, 'margin ≥ stopBudget + loopGap'],
  [{ margin: 700 }, 'margin ≥ stopBudget + loopGap'],
  [{ heartbeat: 700 }, '3·heartbeat + rpcTimeout ≤ grant − margin'],
  [{ electionMax: 1600 }, 'electionMax + commit ≤ grant − margin'],
  [{ kernelLease: 2300 }, 'kernelLease + kernelSlack + commit + heartbeat ≤ grant'],
  [{ electionMin: 400 }, '2·heartbeat ≤ electionMin'],
])('%j is refused by the name of the inequality that it breaks', (input, name) => {
  const parsed = parseTiming(input);
  expect(parsed.ok ? '' : parsed.error.message).toContain(name);
});

test('an unknown preset is refused with those that exist', () => {
  const parsed = parseTiming('quick');
  expect(parsed.ok ? '' : parsed.error.remedy).toBe('use fast, balanced or relaxed');
});

test('the values of the contract are accepted', () => {
  const parsed = parseTiming({ grant: 3000, margin: 1000, heartbeat: 400 });
  expect(parsed.ok && parsed.value).toMatchObject({ electionMin: 800, electionMax: 1600 });
});

test.each([600, 1000, 4000, 15_000])(
  'a grant of %d ms alone is enough of a configuration',
  (grant) => {
    expect(parseTiming({ grant }).ok).toBe(true);
  },
);

test('values left out keep their proportion to the grant', () => {
  const parsed = parseTiming({ grant: 4800 });
  expect(parsed.ok && parsed.value).toMatchObject({ grant: 4800, margin: 1600, heartbeat: 500 });
});
