import type { ClusterStatus, MemberStatus } from '../status/cluster-status.js';
import type { ClusterEvent } from './cluster-event.js';

const IMPAIRED = [
  'unreachable',
  'failed',
  'diverged',
  'stopped',
  'unknown',
  'rewinding',
  'cloning',
];
const SOUND = ['primary', 'standby', 'arbiter'];

/** The members of `status` that need or undergo repair, added to those that have not recovered yet. */
export function impairedIn(
  status: ClusterStatus,
  before: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set(
    status.members
      .filter((member) => isImpaired(member) || (before.has(member.id) && !isSound(member)))
      .map(({ id }) => id),
  );
}

/**
 * What happened between two statuses, as events. What came and went between them is not seen:
 * observed state has no history.
 */
export function differences(
  before: ClusterStatus,
  after: ClusterStatus,
  impaired: ReadonlySet<string>,
  revision: number,
): readonly ClusterEvent[] {
  const place = { revision, at: after.asOf };
  const changed = (member: MemberStatus, was: MemberStatus['state'] | null): ClusterEvent => {
    const removed = !after.members.some(({ id }) => id === member.id);
    return { type: 'memberChanged', ...place, member, was, removed };
  };
  const events: ClusterEvent[] = [];
  for (const member of after.members) {
    const old = before.members.find(({ id }) => id === member.id);
    if (old === undefined || isOther(old, member)) {
      events.push(changed(member, old?.state ?? null));
    }
    if (impaired.has(member.id) && isSound(member)) {
      events.push({ type: 'memberRecovered', ...place, member });
    }
  }
  for (const gone of before.members) {
    if (!after.members.some(({ id }) => id === gone.id)) events.push(changed(gone, gone.state));
  }
  if (before.verdict !== after.verdict) {
    const { verdict, reasons } = after;
    events.push({ type: 'verdictChanged', ...place, verdict, was: before.verdict, reasons });
  }
  return events;
}

function isOther(a: MemberStatus, b: MemberStatus): boolean {
  return (
    a.state !== b.state ||
    a.health !== b.health ||
    a.reachable !== b.reachable ||
    a.voting !== b.voting ||
    a.standing !== b.standing ||
    (a.role === 'data' && b.role === 'data' && a.sync !== b.sync)
  );
}

function isImpaired({ state, reachable, health }: MemberStatus): boolean {
  return IMPAIRED.includes(state) || !reachable || health !== 'ok';
}

function isSound(member: MemberStatus): boolean {
  return SOUND.includes(member.state) && !isImpaired(member);
}
