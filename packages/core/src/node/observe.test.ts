import { incarnationOf, instantOf, logIndexOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import type { MemberAction } from '../member/action.js';
import { founded, n1, n2, position, running } from '../testing/cluster-fixture.js';
import type { ActionOutcome } from './event.js';
import { onActionEnded } from './observe.js';
import { startNode } from './state.js';
import { openWork, updateMember } from './work.js';

const now = instantOf(5000);
const stopped: DatabaseObservation = {
  directory: { kind: 'present', systemId: 's' },
  process: 'stopped',
  role: 'stopped',
  works: false,
};

/** n2 after `action` ended as told, without a look. */
function after(action: MemberAction, outcome: ActionOutcome, database: DatabaseObservation) {
  const cluster = running(founded());
  const { state } = startNode(
    {
      me: n2,
      role: 'data',
      timing: TIMING_PRESETS.balanced,
      founding: {
        name: 'test',
        members: cluster.members,
        settings: cluster.settings,
        grantMs: 2400,
      },
      incarnation: incarnationOf(1),
      entry: { kind: 'found' },
      nonce: 'x',
      seed: 1,
    },
    { raft: null, member: null },
    instantOf(0),
    0,
  );
  const work = openWork({ ...state, cluster }, now, 0);
  updateMember(work, (member) => ({
    ...member,
    database,
    running: { id: 1, action, startedAt: instantOf(4000), cancelled: false, progress: null },
  }));
  onActionEnded(work, { type: 'actionEnded', now, wall: 0, id: 1, outcome, look: null });
  return work.node.member;
}

it('a server that was started by following is seen as running, so that it is not cut again', () => {
  const { epoch } = running(founded());
  const member = after({ kind: 'follow', upstream: n1, epoch }, { ok: true }, stopped);
  expect(member?.database).toMatchObject({ process: 'running', role: 'starting', upstream: n1 });
});

it.each(['start', 'follow'] as const)(
  'a %s that finds an interrupted rewind leads to a copy',
  (kind) => {
    const { epoch } = running(founded());
    const action: MemberAction = kind === 'start' ? { kind } : { kind, upstream: n1, epoch };
    const failure = { code: 'diverged', message: 'a rewind was interrupted' };
    const member = after(action, { ok: false, failure }, stopped);
    expect(member?.rejoin).toMatchObject({ epoch, rung: 'clone' });
  },
);

it('a sealed log ends where the seal found its end, not where a look before it did', () => {
  const streaming: DatabaseObservation = {
    ...stopped,
    process: 'running',
    role: 'standby',
    upstream: n1,
    receiving: true,
    position: position(4, 100),
    replayedLsn: 100,
  };
  const action: MemberAction = { kind: 'seal', election: logIndexOf(50) };
  const member = after(action, { ok: true, position: position(46, 302, 4) }, streaming);
  expect(member?.database).toMatchObject({
    position: position(46, 302, 4),
    replayedLsn: 302,
    drained: true,
    upstream: null,
  });
});

describe('a promotion that the operator’s hook refused', () => {
  const { epoch } = running(founded());
  const refusal = { ok: false, failure: { code: 'hook-refused', message: 'the disk is old' } };

  it('keeps the member from being appointed for a while, with the reason', () => {
    const member = after({ kind: 'promote', epoch }, refusal, stopped);
    expect(member?.declined).toEqual({ until: now + 30_000, reason: 'the disk is old' });
  });

  it('is nothing else that a promotion fails of', () => {
    const failure = { code: 'timeout', message: 'slow' };
    expect(after({ kind: 'promote', epoch }, { ok: false, failure }, stopped)?.declined).toBeNull();
  });
});
