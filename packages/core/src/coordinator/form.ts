import type { NodeId } from '@mha4rdb/kernel';
import { reportsNoWatchdog } from '../member/report.js';
import { compareIds } from '../quorum/rule.js';
import { dataMembers } from '../cluster/state.js';
import type { DecisionOutcome, Situation } from './decide.js';
import { freshReport, nothing } from './decide.js';

/**
 * Chooses the database that a new cluster starts from: the one that exists, or a new one on the data
 * member with the highest priority (then the smallest id); one with `noFailover` only if all have it. Waits for a report of EVERY data member:
 * an unseen one may hold the only copy of the data.
 */
export function decideForming(situation: Situation): DecisionOutcome {
  const { state, view, wall, nonce } = situation;
  const seen = dataMembers(state).map((member) => ({
    member,
    database: freshReport(situation, member.id)?.database ?? null,
  }));
  const unseen = seen.filter(({ database }) => database === null).map(({ member }) => member.id);
  if (unseen.length > 0) {
    return nothing(situation, `to form the cluster, ${unseen.join(', ')} must report first`);
  }
  const foreign = seen.filter(({ database }) => database?.directory.kind === 'foreign');
  if (foreign.length > 0) {
    const names = foreign.map(({ member }) => member.id).join(', ');
    return nothing(
      situation,
      `the data directory of ${names} holds something that is not a database`,
    );
  }
  const present = seen.filter(({ database }) => database?.directory.kind === 'present');
  if (present.length > 1) {
    const names = present.map(({ member }) => member.id).join(' and ');
    return nothing(
      situation,
      `${names} have a data directory each; keep the one to start from and move the others aside`,
    );
  }
  const unguarded = (id: NodeId): boolean => {
    const report = freshReport(situation, id);
    return report !== null && reportsNoWatchdog(report);
  };
  const ranked = seen
    .map(({ member }) => member)
    .sort(
      (a, b) =>
        Number(unguarded(a.id)) - Number(unguarded(b.id)) ||
        Number(a.noFailover ?? false) - Number(b.noFailover ?? false) ||
        b.priority - a.priority ||
        compareIds(a.id, b.id),
    );
  const origin = present[0]?.member ?? ranked[0];
  if (origin === undefined) return nothing(situation, 'the cluster has no data member');
  if (unguarded(origin.id)) {
    return nothing(situation, `to form the cluster, ${origin.id} must be able to arm its watchdog`);
  }
  return {
    command: {
      type: 'FormCluster',
      clusterId: nonce,
      origin: origin.id,
      members: state.members,
      settings: state.settings,
      grantMs: state.grantMs,
      at: wall,
    },
    view,
    why: null,
  };
}
