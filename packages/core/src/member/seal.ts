import { isForked } from '../quorum/forked.js';
import { closedUnlessStandby } from './fence.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan, recordPromise } from './plan.js';

/**
 * During an election nobody is primary. Whoever still is stops at once; everybody else cuts its
 * upstream and reports where its log ends. Order: promise on disk, then seal, then report
 * (protocol §6; without the promise a restarted standby attaches to an old epoch and truncates).
 */
export function planSealing(situation: MemberSituation): MemberPlan {
  const { cluster, member } = situation;
  const { database } = member;
  const election = cluster.election;
  const settled = {
    ...member,
    appointment: null,
    gate: null,
    handOver: null,
    rejoin: null,
    startingSince: database?.role === 'starting' ? member.startingSince : null,
  };
  const wish = closedUnlessStandby(member);
  if (database === null || election === null) return plan(settled, wish);
  switch (database.directory.kind) {
    case 'foreign':
      return plan(settled, wish, { trouble: database.directory.reason });
    case 'absent':
    case 'empty': {
      const creates = election.cause === 'forming' && cluster.origin === member.me;
      return plan(settled, wish, { action: creates ? { kind: 'initialize' } : null });
    }
    case 'present':
      break;
  }
  if (cluster.systemId !== null && database.directory.systemId !== cluster.systemId) {
    return plan(settled, wish, {
      trouble: foreignSystem(database.directory.systemId, cluster.systemId),
    });
  }
  // Wound back and not streamed since: no consistent copy, and so no evidence.
  if (member.record.mustStream && database.role !== 'standby') return plan(settled, wish);
  if (database.process === 'stopped') return plan(settled, wish, { action: { kind: 'start' } });
  // The last primary's server that hangs would not answer a seal either, and must not come to itself.
  const hangs = database.role === 'silent' && cluster.confirmed?.primary === member.me;
  if (database.process === 'stopping' || database.role === 'primary' || hangs) {
    const reason = `epoch ${cluster.epoch} ended`;
    const deposed = { ...settled, sealed: null };
    return plan(
      deposed,
      { kind: 'closed' },
      { action: { kind: 'stop', mode: 'immediate', reason } },
    );
  }
  if (database.role !== 'standby') return plan(settled, wish);
  if (isForked(cluster.lineage, member.record, database.position)) {
    return plan({ ...settled, sealed: null }, wish, { trouble: FORKED });
  }
  if (member.sealed?.election === election.index) return plan(settled, wish);
  return plan(settled, wish, {
    record: recordPromise(member, election.index),
    action: { kind: 'seal', election: election.index },
  });
}

const FORKED =
  'its database was promoted by somebody else: its log left the cluster’s and is no evidence; it is copied anew once there is a primary';

export function foreignSystem(found: string, expected: string): string {
  return `the data directory belongs to another database (system identifier ${found}, the cluster's is ${expected}); it is left untouched: move it aside, and a copy of the cluster's takes its place`;
}
