import { applyAll, begin, founded, n1, n2, running } from '../../testing/cluster-fixture.js';
import { report, STANDBY } from '../../testing/coordinator-fixture.js';
import { ailmentOf } from './health.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);

const told = (change: object, rest: object = {}) =>
  ailmentOf(inService, report(n2, { database: { ...STANDBY, upstream: n1, ...change }, ...rest }));

test('a standby that streams is well', () => {
  expect(told({ receiving: true })).toBeNull();
});

test.each([
  ['that runs and does not stream', { receiving: false }, 'runs, and does not stream from n1'],
  ['that follows nobody', { upstream: null }, 'runs, and follows nobody yet'],
  ['that hangs', { works: false, role: 'silent', detail: 'no answer' }, 'no answer'],
  ['that is down', { works: false, role: 'stopped' }, 'its database is stopped'],
  ['whose disk fills up', { receiving: true, storage: '3 MB left' }, '3 MB left'],
])('a standby %s is never shown as well', (_case, change, ailment) => {
  expect(told(change)).toBe(ailment);
});

test('what is under way, and what needs help, comes before all else', () => {
  expect(told({ role: 'stopped', works: false }, { action: 'clone' })).toBe('is being copied anew');
  expect(told({ role: 'stopped', works: false }, { action: 'rewind' })).toBe('is being wound back');
  expect(told({}, { action: 'clone', trouble: 'no space' })).toBe('no space');
});

test('during an election nobody streams, and that is no ailment', () => {
  const sealed = report(n2, { database: { ...STANDBY, upstream: null, receiving: false } });
  expect(ailmentOf(electing, sealed)).toBeNull();
});
