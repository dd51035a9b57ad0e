import { addDuration } from '@mha4rdb/kernel';
import type { FenceWish, MemberAction } from '../member/action.js';
import { reconcile } from '../member/reconcile.js';
import type { MemberPlan } from '../member/plan.js';
import type { MemberState, RunningAction } from '../member/state.js';
import { quorumContactAt } from '../raft/queries.js';
import { actionDeadline } from './action-deadline.js';
import { submit } from './propose.js';
import { decided, updateMember, type Work } from './work.js';

/** How often a wish that needs no renewal is said again. */
const REPEAT_MS = 1000;

/**
 * The member's office: compares wanted with observed and starts what is missing. The order is the
 * rule: first the fence, then what must be on disk, then database and proposals.
 */
export function act(work: Work): void {
  const { member, cluster, options } = work.node;
  if (member === null) return;
  const planned = reconcile({
    cluster,
    member,
    timing: options.timing,
    now: work.now,
    wall: work.wall,
    contactAt: contactAt(work),
  });
  enforce(work, member, planned);
  if (planned.record !== null) {
    writeRecord(work, planned);
    return;
  }
  control(work, planned.action);
  for (const command of planned.proposals) {
    updateMember(work, (state) => ({
      ...state,
      proposedAt: { ...state.proposedAt, [command.type]: work.now },
    }));
    submit(work, command);
  }
}

/** When a coordinator of a majority was last certain: heard by a follower, confirmed by a leader. */
function contactAt({ node, now }: Work): MemberPlanContact {
  return node.coordinator === null ? node.raft.leaderContactAt : quorumContactAt(node.raft, now);
}

type MemberPlanContact = Parameters<typeof reconcile>[0]['contactAt'];

function enforce(work: Work, before: MemberState, planned: MemberPlan): void {
  const { wish } = planned;
  const trouble = planned.trouble ?? planned.member.failure;
  // Most events change nothing here, and what is the same object need not be compared again.
  const same =
    planned.member === before && trouble === before.trouble && sameWish(wish, before.wish);
  if (!same) work.node = { ...work.node, member: { ...planned.member, wish, trouble } };
  if (trouble !== null && trouble !== before.trouble) decided(work, 'trouble', { reason: trouble });
  const fenced = planned.member.fenced;
  if (fenced !== null && before.fenced?.epoch !== fenced.epoch) {
    decided(work, 'fenced', { reason: fenced.reason });
  }
  if (mustSay(work, before, wish)) {
    updateMember(work, (member) => ({ ...member, saidAt: work.now }));
    work.effects.push({ type: 'fence', wish });
  }
}

function sameWish(a: FenceWish, b: FenceWish): boolean {
  if (a.kind === 'open') return b.kind === 'open' && a.until === b.until && a.vip === b.vip;
  if (a.kind === 'peers') return b.kind === 'peers' && a.until === b.until;
  return a.kind === b.kind;
}

/**
 * Said when it changes, and again after a while: the kernel may have taken less of a lease than was
 * offered, a removal may have failed, and others may have changed what stood.
 */
function mustSay(work: Work, { wish: before, saidAt }: MemberState, wish: FenceWish): boolean {
  if (before.kind !== wish.kind || saidAt === null) return true;
  if (wish.kind === 'inherit') return false;
  const { heartbeat } = work.node.options.timing;
  const since = work.now - saidAt;
  if (wish.kind === 'closed' || wish.kind === 'lifted') return since >= REPEAT_MS;
  const until = before.kind === 'open' || before.kind === 'peers' ? before.until : null;
  return until !== wish.until || since >= heartbeat;
}

/** One write at a time; what waits for it is decided anew when it is on disk. */
function writeRecord(work: Work, { record }: MemberPlan): void {
  const { member } = work.node;
  if (member === null || record === null || member.writing !== null) return;
  const ticket = member.nextTicket;
  updateMember(work, (state) => ({
    ...state,
    writing: { ticket, record },
    nextTicket: ticket + 1,
  }));
  work.effects.push({ type: 'persistMember', ticket, record });
}

function control(work: Work, wanted: MemberAction | null): void {
  const { member, cluster } = work.node;
  if (member === null) return;
  const { running, retryAt } = member;
  if (running !== null) {
    if (!running.cancelled && mustCancel(running, wanted, cluster.epoch)) {
      updateMember(work, (state) => ({ ...state, running: { ...running, cancelled: true } }));
      work.effects.push({ type: 'cancelAction', id: running.id });
    }
    return;
  }
  if (wanted === null) return;
  if (retryAt !== null && retryAt.kind === wanted.kind && work.now < retryAt.at) return;
  const id = member.nextActionId;
  const action: RunningAction = {
    id,
    action: wanted,
    startedAt: work.now,
    cancelled: false,
    progress: null,
  };
  updateMember(work, (state) => ({ ...state, running: action, nextActionId: id + 1 }));
  const deadline = addDuration(work.now, actionDeadline(wanted, work.node.options.timing));
  work.effects.push({ type: 'startAction', id, action: wanted, deadline });
}

/** What an election must not wait for. */
const YIELDS: readonly MemberAction['kind'][] = [
  'barrier',
  'clone',
  'rewind',
  'follow',
  'promote',
  'applyRule',
  'checkpoint',
];

function mustCancel(
  { action }: RunningAction,
  wanted: MemberAction | null,
  epoch: number,
): boolean {
  const stops = wanted?.kind === 'stop' && wanted.mode === 'immediate';
  if (action.kind === 'handOver') return stops;
  if (action.kind === 'stop') return stops && action.mode === 'fast';
  // A fence waits for nothing, least of all for an answer of a server that hangs.
  if (wanted?.kind === 'stop') return true;
  if (!YIELDS.includes(action.kind)) return false;
  // The server flushes on by itself; nothing else waits for it.
  if (action.kind === 'checkpoint' && wanted !== null && wanted.kind !== 'checkpoint') return true;
  const stale = 'epoch' in action && action.epoch !== epoch;
  return stale || wanted?.kind === 'seal';
}
