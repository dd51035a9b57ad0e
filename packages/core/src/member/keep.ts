import type { Command } from '../cluster/command.js';
import { due } from './propose.js';
import type { MemberSituation } from './plan.js';

/** The longest grant, for a planned restart of the agent that leaves the database in place. */
export const KEEP_GRANT_MS = 15_000;

/**
 * The longer grant is committed BEFORE kernel leases are lengthened under it (protocol §4): the
 * coordinator waits for it from the moment of its append.
 */
export function proposeKeep(situation: MemberSituation): readonly Command[] {
  const { cluster, member, now } = situation;
  if (!due(situation, 'KeepGrant')) return [];
  return [
    {
      type: 'KeepGrant',
      epoch: cluster.epoch,
      holder: member.me,
      incarnation: member.incarnation,
      sendStamp: now,
      maxMs: KEEP_GRANT_MS,
    },
  ];
}
