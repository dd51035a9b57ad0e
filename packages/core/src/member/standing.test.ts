import { incarnationOf, instantOf, logIndexOf } from '@mha4rdb/kernel';
import { applyAll, appoint, begin, founded, n1, n2, running } from '../testing/cluster-fixture.js';
import { classifyStanding } from './reconcile.js';
import { initialMemberState, type MemberState } from './state.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n1)]);
const fresh = initialMemberState(n1, incarnationOf(1), null, instantOf(0));
const { epoch } = inService;

const record = { promise: logIndexOf(0), released: null, mustStream: false };

test.each([
  ['before the cluster is formed', founded(), fresh, 'waiting'],
  ['during an election', electing, fresh, 'electing'],
  ['appointed in this life', appointed, fresh, 'appointed'],
  ['confirmed in this life', inService, fresh, 'primary'],
  [
    'in a later life than the appointed one',
    inService,
    { ...fresh, incarnation: incarnationOf(2) },
    'heir',
  ],
  ['another member', inService, { ...fresh, me: n2 }, 'follower'],
  ['fenced in this epoch', inService, { ...fresh, fenced: { epoch, reason: '' } }, 'retiring'],
  [
    'fenced in an earlier epoch',
    appointed,
    { ...fresh, fenced: { epoch, reason: '' } },
    'appointed',
  ],
  [
    'released on disk, and the release still on its way',
    inService,
    { ...fresh, record: { ...record, released: { epoch, incarnation: incarnationOf(1) } } },
    'retiring',
  ],
  [
    'released on disk by a former life',
    inService,
    {
      ...fresh,
      incarnation: incarnationOf(2),
      record: { ...record, released: { epoch, incarnation: incarnationOf(1) } },
    },
    'retiring',
  ],
  [
    'taken aside by an operator',
    applyAll(inService, [{ type: 'SetMaintenance', operation: 'o', member: n2, on: true, at: 0 }]),
    { ...fresh, me: n2 },
    'maintenance',
  ],
  [
    'replaying its log up to an appointment that it sealed against since',
    inService,
    { ...fresh, record: { ...record, promise: logIndexOf(epoch + 1) } },
    'catching-up',
  ],
] as const)('%s', (_, cluster, member: MemberState, expected) => {
  expect(classifyStanding({ cluster, member })).toBe(expected);
});
