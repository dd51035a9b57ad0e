import { parseMoment } from './moment.js';

const NOW = Date.parse('2026-11-30T12:00:00Z');

test.each([
  ['2026-12-01T02:00Z', '2026-12-01T02:00:00.000Z'],
  ['2026-12-01 02:00:30+02:00', '2026-12-01T00:00:30.000Z'],
  ['+90s', '2026-11-30T12:01:30.000Z'],
  ['+2h', '2026-11-30T14:00:00.000Z'],
])('%s is a moment', (text, moment) => {
  expect(parseMoment(text, NOW).toISOString()).toBe(moment);
});

test.each(['02:00', '2026-12-01T02:00', '2026-13-01T02:00Z', '+5', 'tomorrow', '-5m'])(
  '%s is refused: its zone or its unit is missing, or it is none',
  (text) => {
    expect(() => parseMoment(text, NOW)).toThrow('with its zone');
  },
);
