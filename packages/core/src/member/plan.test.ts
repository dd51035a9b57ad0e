import { epochOf, incarnationOf, instantOf, logIndexOf } from '@mha4rdb/kernel';
import { n1 } from '../testing/cluster-fixture.js';
import { recordJoining, recordPromise } from './plan.js';
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

test.each([
  ['an epoch that it joins is promised and joined', 7, 6, 8, { promise: 8, joined: 8 }],
  ['one that it only promised to is joined too', 8, 6, 8, { promise: 8, joined: 8 }],
  ['a promise that is greater stays', 9, 6, 8, { promise: 9, joined: 8 }],
  ['what is on disk is not written again', 8, 8, 8, null],
  ['an older epoch leaves it as it is', 9, 9, 8, null],
])('%s', (_case, promise, joined, epoch, written) => {
  const before = { promise: logIndexOf(promise), released: null, mustStream: false };
  const record = { ...before, joined: epochOf(joined) };
  const member = initialMemberState(n1, incarnationOf(1), record, instantOf(0));
  expect(recordJoining(member, epochOf(epoch))).toEqual(written && { ...record, ...written });
});
