import type { Command } from '../cluster/command.js';
import { due } from './propose.js';
import type { MemberSituation } from './plan.js';

/**
 * The renewal that is due now, if the database has earned it: no renewal without fresh proof that it
 * works (protocol §4). The proof's age counts from the beginning of the look.
 */
export function proposeRenewal(situation: MemberSituation): readonly Command[] {
  const { cluster, member, now } = situation;
  if (!due(situation, 'RenewGrant') || !isProven(situation)) return [];
  return [
    {
      type: 'RenewGrant',
      epoch: cluster.epoch,
      holder: member.me,
      incarnation: member.incarnation,
      sendStamp: now,
    },
  ];
}

/** While it promotes, a live process is all the proof there can be; later the database must work. */
function isProven({ cluster, member, now, timing }: MemberSituation): boolean {
  const { database, observedAt } = member;
  if (database === null || observedAt === null) return false;
  if (now - observedAt > 3 * timing.heartbeat) return false;
  if (cluster.phase === 'appointed') return database.process === 'running';
  return database.works && database.role === 'primary';
}
