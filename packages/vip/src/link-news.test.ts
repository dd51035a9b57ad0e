import { addDuration, instantOf } from '@mha4rdb/kernel';
import { CARRIER_LOST_AFTER_MS, isLost, mustAnnounceAgain, type LinkSight } from './link-news.js';

const UP: LinkSight = { up: true, carrier: true, mac: 'aa', activePort: 0 };

describe('the neighbours are told again', () => {
  it.each([
    ['the first sight of a link', undefined, UP, false],
    ['a carrier that came back', { ...UP, carrier: false }, UP, false],
    ['an interface that was set up again', { ...UP, up: false }, UP, false],
    ['another MAC', UP, { ...UP, mac: 'bb' }, false],
    ['a bond that uses another port', { ...UP, activePort: 3 }, { ...UP, activePort: 4 }, false],
    ['the kernel’s own request', UP, UP, true],
  ])('after %s', (_what, before, now, notify) => {
    expect(mustAnnounceAgain(before, now, notify)).toBe(true);
  });

  it.each([
    ['nothing changed', UP, UP, false],
    ['the carrier went', UP, { ...UP, carrier: false }, true],
    ['it was set down', UP, { ...UP, up: false }, true],
  ])('but not when %s', (_what, before, now, notify) => {
    expect(mustAnnounceAgain(before, now, notify)).toBe(false);
  });
});

it('a link counts as lost when it stays unusable', () => {
  const since = instantOf(1000);
  expect(isLost(null, since)).toBe(false);
  expect(isLost(since, addDuration(since, CARRIER_LOST_AFTER_MS - 1))).toBe(false);
  expect(isLost(since, addDuration(since, CARRIER_LOST_AFTER_MS))).toBe(true);
});
