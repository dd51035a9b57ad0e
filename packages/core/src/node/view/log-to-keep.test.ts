import { instantOf, type NodeId } from '@mha4rdb/kernel';
import {
  applyAll,
  begin,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../../testing/cluster-fixture.js';
import { received, report, STANDBY } from '../../testing/coordinator-fixture.js';
import { NOW } from '../../testing/member-fixture.js';
import { playNode } from '../../testing/played-node.js';
import { logClaims } from './log-to-keep.js';

const inService = running(founded());
const { epoch } = inService;

function streaming(id: NodeId, lsn: number, change: object = {}) {
  const database = { ...STANDBY, upstream: n1, receiving: true, position: position(epoch, lsn) };
  return report(id, { database: { ...database, ...change } });
}

function claimsOf(me: NodeId, reports: readonly ReturnType<typeof report>[], cluster = inService) {
  const { node } = playNode(me, cluster, null);
  const claims = logClaims({ ...node, reports: received(reports, NOW) }, instantOf(NOW));
  return Object.fromEntries(claims.map(({ node: id, keepFrom }) => [id, keepFrom]));
}

test('the primary keeps for each standby what that one does not have yet', () => {
  const reports = [streaming(n2, 500), streaming(n3, 400)];
  expect(claimsOf(n1, reports)).toEqual({ [n2]: 500, [n3]: 400 });
});

test('a standby keeps the same, and for the primary what it would be wound back over', () => {
  expect(claimsOf(n2, [streaming(n3, 400)])).toEqual({ [n1]: 'checkpoint', [n3]: 400 });
});

test.each([
  ['that says nothing', []],
  ['that does not stream', [streaming(n3, 400, { receiving: false })]],
  ['whose log is of another epoch', [streaming(n3, 900, { position: position(epoch - 1, 900) })]],
])('of a member %s nothing is let go of', (_case, reports) => {
  expect(claimsOf(n1, [streaming(n2, 500), ...reports])).toEqual({ [n2]: 500, [n3]: null });
});

test('during an election nothing is let go of at all', () => {
  const electing = applyAll(inService, [begin(inService)]);
  expect(claimsOf(n2, [streaming(n3, 400)], electing)).toEqual({ [n1]: null, [n3]: null });
});
