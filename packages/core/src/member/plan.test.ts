import { incarnationOf, instantOf, logIndexOf } from '@mha4rdb/kernel';
import { n1 } from '../testing/cluster-fixture.js';
import { recordPromise } from './plan.js';
import { initialMemberState } from './state.js';

test.each([
  ['a later one is written', 8, 8],
  ['the same one is on disk', 7, null],
  ['an older one leaves it as it is: a promise never goes back', 6, null],
])('of a member that promised 7, %s', (_, promise, written) => {
  const record = { promise: logIndexOf(7), released: null, mustStream: false };
  const member = initialMemberState(n1, incarnationOf(1), record, instantOf(0));
  expect(recordPromise(member, promise)?.promise ?? null).toBe(written);
});
