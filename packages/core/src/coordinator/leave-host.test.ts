import type { NodeId, StandbyView } from '@mha4rdb/kernel';
import type { ClusterState } from '../cluster/state.js';
import type { MemberReport } from '../member/report.js';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { report, situation, STANDBY } from '../testing/coordinator-fixture.js';
import { decide } from './decide.js';

const inService = running(founded());
const TROUBLE = 'eth1, which carries a VIP, has no link';
const streaming = (node: NodeId): StandbyView => ({
  node,
  state: 'streaming',
  flushedLsn: 1,
  replayedLsn: 1,
});

function primary(change: Partial<MemberReport> = {}, standbys = [n2, n3]): MemberReport {
  const database = { ...STANDBY, role: 'primary' as const, standbys: standbys.map(streaming) };
  return report(n1, { database, ...change });
}

function at(reports: readonly MemberReport[], state: ClusterState = inService, receivedAt = 9000) {
  const view = { phaseSince: 8000 as never };
  return decide(situation({ state, now: 9000, reports, receivedAt, view })).command;
}

const move = { type: 'StartSwitchover', epoch: inService.epoch, reason: TROUBLE };

describe('a primary whose host is no good place for the VIP', () => {
  const stuck = primary({ vipTrouble: TROUBLE });

  it('hands over in order to a host that is better', () => {
    expect(at([stuck, report(n2), report(n3)])).toMatchObject({ ...move, to: n2 });
  });

  it('passes over a standby whose host is no better', () => {
    const same = report(n2, { vipTrouble: TROUBLE });
    expect(at([stuck, same, report(n3)])).toMatchObject({ ...move, to: n3 });
  });

  it.each([
    [
      'no other is better',
      [stuck, report(n2, { vipTrouble: 'x' }), report(n3, { vipTrouble: 'x' })],
    ],
    ['no other streams', [primary({ vipTrouble: TROUBLE }, []), report(n2), report(n3)]],
    ['no other is within reach', [stuck]],
    ['all is well with it', [primary(), report(n2), report(n3)]],
  ])('stays when %s', (_why, reports) => {
    expect(at(reports)).toBeNull();
  });

  it('stays on an old word', () => {
    expect(at([stuck, report(n2), report(n3)], inService, 7000)).toBeNull();
  });

  it('stays while the cluster is paused, or a switchover is under way', () => {
    const switching = applyAll(inService, [
      { type: 'StartSwitchover', id: 'op', epoch: inService.epoch, to: n3, at: 0 },
    ]);
    for (const state of [{ ...inService, paused: true }, switching]) {
      expect(at([stuck, report(n2), report(n3)], state)).toBeNull();
    }
  });

  it('is asked once in an epoch, and the history says why', () => {
    const command = at([stuck, report(n2), report(n3)]);
    expect(command).not.toBeNull();
    if (command === null) return;
    const asked = applyAll(inService, [command]);
    expect(asked.events.at(-1)).toMatchObject({
      kind: 'switchover',
      trigger: TROUBLE,
      initiator: n1,
      to: n2,
    });
    const cancelled = applyAll(asked, [
      { type: 'CancelSwitchover', id: `v${inService.epoch}`, reason: 'late' },
    ]);
    expect(at([stuck, report(n2), report(n3)], cancelled)).toBeNull();
  });
});

it('a standby with the same trouble moves nobody, and no election is decided by it', () => {
  const reports = [primary(), report(n2, { vipTrouble: TROUBLE }), report(n3)];
  expect(at(reports)).toBeNull();
  expect(at(reports, applyAll(inService, [begin(inService)]))).toBeNull();
});
