import { addDuration, type Instant } from '@mha4rdb/kernel';
import { memberOf } from '../cluster/state.js';
import type { MemberAction } from '../member/action.js';
import { afterRejoinFailure, rejoinAt } from '../member/rejoin.js';
import type { MemberState, RunningAction } from '../member/state.js';
import type { ActionOutcome, NodeEvent } from './event.js';
import { decided, updateMember, type Work } from './work.js';

/** The code with which the edge says that the operator's `prePromote` refused. */
export const HOOK_REFUSED = 'hook-refused';
/** How long a refused promotion is not asked of the same member again. */
const DECLINED_MS = 30_000;
/** After a failed action, the same is not tried again before this. */
const RETRY_MS = 500;

/** A look that began before the last action ended may show what stood before it: dropped. */
export function onObserved(work: Work, event: Extract<NodeEvent, { type: 'observed' }>): void {
  const { database, startedAt } = event;
  updateMember(work, (member) =>
    member.settledAt !== null && startedAt < member.settledAt
      ? member
      : { ...member, database, observedAt: startedAt },
  );
}

/** Kept for people to see; nothing is decided by it. */
export function onActionProgress(
  work: Work,
  { id, progress }: Extract<NodeEvent, { type: 'actionProgress' }>,
): void {
  updateMember(work, (member) =>
    member.running?.id === id ? { ...member, running: { ...member.running, progress } } : member,
  );
}

/** Takes in what an action brought: progress is noted, everything else is observed anew. */
export function onActionEnded(
  work: Work,
  event: Extract<NodeEvent, { type: 'actionEnded' }>,
): void {
  const running = work.node.member?.running;
  if (running == null || running.id !== event.id) return;
  const { outcome } = event;
  logEnded(work, running, outcome);
  updateMember(work, (member) => {
    const ended: MemberState = {
      ...member,
      running: null,
      settledAt: event.look?.startedAt ?? work.now,
      ...(event.look !== null && {
        database: event.look.database,
        observedAt: event.look.startedAt,
      }),
    };
    if (!outcome.ok) return afterFailure(ended, running, outcome, work);
    const seen = event.look === null ? noteChange(ended, running.action, outcome) : ended;
    const mended = { ...seen, failure: null, retryAt: null };
    const done = afterSuccess(mended, running.action, outcome, work.now);
    return running.action.kind === 'clone' ? noteCopied(done, work) : done;
  });
}

/** A copy carries out an order that asks for one, whatever it was begun for. */
function noteCopied(member: MemberState, { node }: Work): MemberState {
  const { reinit } = memberOf(node.cluster, member.me) ?? {};
  return reinit === undefined
    ? member
    : { ...member, worked: { operation: reinit, problem: null } };
}

/** What the server itself confirmed when the action ended; the next look sees the rest. */
function noteChange(
  member: MemberState,
  action: MemberAction,
  outcome: ActionOutcome,
): MemberState {
  const { database } = member;
  if (database === null) return member;
  switch (action.kind) {
    case 'promote':
      return { ...member, database: { ...database, role: 'primary', standbys: [] } };
    case 'applyRule':
      return { ...member, database: { ...database, rule: action.rule } };
    case 'admit':
      return { ...member, database: { ...database, admits: action.who } };
    case 'seal': {
      // Where the log ends was seen before it was cut: judged by that it would be shorter than it is.
      const { position } = outcome;
      const end = position && { position, replayedLsn: position.lsn, drained: true };
      return { ...member, database: { ...database, upstream: null, receiving: false, ...end } };
    }
    case 'follow':
      // It starts the server where it does not run; asked again, it would cut what it just began.
      return {
        ...member,
        database:
          database.process === 'stopped'
            ? { ...database, upstream: action.upstream, process: 'running', role: 'starting' }
            : { ...database, upstream: action.upstream },
      };
    default:
      return member;
  }
}

function afterSuccess(
  member: MemberState,
  action: MemberAction,
  outcome: ActionOutcome,
  now: Instant,
): MemberState {
  const { appointment } = member;
  const current = appointment !== null && 'epoch' in action && action.epoch === appointment.epoch;
  switch (action.kind) {
    case 'seal':
      return outcome.position === undefined
        ? member
        : { ...member, sealed: { election: action.election, position: outcome.position } };
    case 'applyRule':
      return current
        ? { ...member, appointment: { ...appointment, ruleApplied: true } }
        : { ...member, barrierFor: null };
    case 'promote':
      return current && outcome.promotion !== undefined
        ? {
            ...member,
            sealed: null,
            appointment: { ...appointment, promotion: outcome.promotion },
          }
        : { ...member, sealed: null };
    case 'writeMarker':
      return current && outcome.position !== undefined
        ? { ...member, appointment: { ...appointment, marker: outcome.position } }
        : member;
    case 'barrier':
      return current
        ? { ...member, appointment: { ...appointment, barrierDone: true } }
        : { ...member, barrierFor: action.rule };
    case 'checkpoint':
      return afterFlush(member);
    case 'handOver':
      return member.handOver === null
        ? member
        : {
            ...member,
            handOver: { ...member.handOver, stage: 'release', position: outcome.position ?? null },
          };
    case 'stop':
      return action.operation === undefined
        ? member
        : { ...member, worked: { operation: action.operation, problem: null } };
    case 'clone':
    case 'rewind': {
      const restored = action.kind === 'rewind' ? 'rewound' : 'copied';
      return { ...member, rejoin: null, sealed: null, firstStream: null, restored };
    }
    case 'follow':
      return { ...noteFirstStream(member, now), sealed: null, notReceivingSince: null };
    default:
      return member;
  }
}

function afterFailure(
  member: MemberState,
  { action, cancelled }: RunningAction,
  outcome: ActionOutcome,
  { now, node }: Work,
): MemberState {
  const failed = cancelled
    ? member
    : {
        ...member,
        failure: outcome.failure?.message ?? `${action.kind} failed`,
        retryAt: { kind: action.kind, at: addDuration(now, RETRY_MS) },
      };
  switch (action.kind) {
    case 'clone':
    case 'rewind':
      return cancelled || failed.rejoin === null
        ? failed
        : {
            ...failed,
            rejoin: afterRejoinFailure(failed.rejoin, { code: outcome.failure?.code ?? '', now }),
          };
    case 'start':
    case 'follow':
      // A rewind was interrupted: what lies there is no database, and where its log parted from the
      // primary's cannot be told any more.
      return outcome.failure?.code === 'diverged'
        ? { ...failed, rejoin: rejoinAt(node.cluster.epoch, now, 'clone') }
        : noteFirstStream(failed, now);
    case 'promote':
      return !cancelled && outcome.failure?.code === HOOK_REFUSED
        ? {
            ...failed,
            declined: { until: addDuration(now, DECLINED_MS), reason: outcome.failure.message },
          }
        : failed;
    case 'checkpoint':
      // The stop only takes longer without it.
      return afterFlush(failed);
    case 'handOver':
      return failed.handOver === null
        ? failed
        : { ...failed, handOver: { ...failed.handOver, stage: 'release', position: null } };
    default:
      return failed;
  }
}

/** The engine answers when the server follows; whether it stays up shows only afterwards. */
function noteFirstStream(member: MemberState, now: Instant): MemberState {
  if (!member.record.mustStream) return member;
  const tries = (member.firstStream?.tries ?? 0) + 1;
  const retryAt = { kind: 'follow', at: addDuration(now, RETRY_MS * tries) } as const;
  return { ...member, firstStream: { tries, at: now }, retryAt };
}

function afterFlush(member: MemberState): MemberState {
  const gate = member.gate && { ...member.gate, flushed: true };
  return member.handOver?.stage === 'flush'
    ? { ...member, gate, handOver: { ...member.handOver, stage: 'stop' } }
    : { ...member, gate };
}

/** The machine slept: its monotonic clock did not count that, so the grant is shorter by as much. */
export function onGap(work: Work, ms: number): void {
  decided(work, 'gap', { ms: Math.round(ms) });
  updateMember(work, (member) => ({
    ...member,
    wokeAt: work.now,
    grant: member.grant && { ...member.grant, end: addDuration(member.grant.end, -ms) },
  }));
}

const ENDED_WORDS: Partial<Record<MemberAction['kind'], string>> = {
  seal: 'sealed',
  promote: 'promoted',
  follow: 'following-primary',
  rewind: 'rewound',
  clone: 'cloned',
  start: 'started',
  stop: 'stopped',
  initialize: 'initialized',
  handOver: 'handed-over',
};

function logEnded(
  work: Work,
  { action, startedAt, cancelled }: RunningAction,
  outcome: ActionOutcome,
): void {
  const ms = Math.round(work.now - startedAt);
  if (outcome.ok) {
    const word = ENDED_WORDS[action.kind] ?? action.kind;
    decided(work, word, { ms, ...(outcome.position && { position: outcome.position }) });
  } else if (!cancelled) {
    decided(work, 'action-failed', { action: action.kind, ms, ...outcome.failure });
  }
}
