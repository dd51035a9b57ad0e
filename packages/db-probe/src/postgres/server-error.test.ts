import { viewServerError } from './server-error.js';

test.each([
  ['57P03', 'the database system is starting up', undefined, 'starting'],
  ['57P03', 'the database system is shutting down', undefined, 'stopping'],
  [
    '57P03',
    'the database system is not yet accepting connections',
    'Consistent recovery state has not been yet reached.',
    'inconsistent',
  ],
  ['28P01', 'password authentication failed for user "x"', undefined, 'wrong-password'],
  ['28000', 'no pg_hba.conf entry for host', undefined, 'not-admitted'],
  ['53300', 'sorry, too many clients already', undefined, 'exhausted'],
  ['42P01', 'relation "mha4rdb.epoch_marker" does not exist', undefined, 'no-marker'],
  ['ECONNREFUSED', 'connect ECONNREFUSED', undefined, 'not-listening'],
  ['ENOENT', 'connect ENOENT', undefined, 'not-listening'],
  ['ETIMEDOUT', 'no answer in time', undefined, 'timeout'],
  ['XX000', 'something', undefined, 'other'],
  [undefined, 'something', undefined, 'other'],
])('%s "%s" means %4$s', (code, message, detail, kind) => {
  expect(viewServerError({ code, message, detail }).kind).toBe(kind);
});

test('the sentence keeps what the server said', () => {
  const view = viewServerError({ code: '28P01', message: 'no', detail: 'why' });
  expect(view.sentence).toBe('no (why) [28P01]');
});
