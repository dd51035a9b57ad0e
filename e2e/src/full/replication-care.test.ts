import { waitUntil, type Lab } from '@mha4rdb/tools/lab';
import { clusterSuite } from '../support/cluster-suite.js';
import { primaryOf } from '../support/moments.js';
import { losesPrimary } from '../support/scenarios.js';

/** Slots move every ten seconds. */
const SLOTS_MS = 25_000;

clusterSuite('log for members that are away', { mode: 'dual' }, ({ scenario }) => {
  scenario('every member keeps log for the others, over a failover', async (lab, watch) => {
    await keepsForEachOther(lab);
    await losesPrimary('power')(lab, watch);
    await lab.waitHealthy();
    await keepsForEachOther(lab);
  });
});

/** Each data member has a slot for the other, and the primary's moves along with its standby. */
async function keepsForEachOther(lab: Lab): Promise<void> {
  const [first, second] = lab.dataMembers;
  for (const [member, other] of [
    [first, second],
    [second, first],
  ] as const) {
    if (member === undefined || other === undefined) throw new Error('no two databases');
    await waitUntil(async () => (await lab.sql(member, slotSql(other.id))).includes('t'), {
      timeoutMs: SLOTS_MS,
      everyMs: 500,
      what: `${member.id} to keep log for ${other.id}`,
    });
  }
  const primary = lab.member(await primaryOf(lab));
  const standby = primary.id === first?.id ? second : first;
  await waitUntil(
    async () => (await lab.sql(primary, followedSql(standby?.id ?? ''))).includes('t'),
    {
      timeoutMs: SLOTS_MS,
      everyMs: 500,
      what: `the slot of ${standby?.id ?? ''} to follow it`,
    },
  );
}

const slotSql = (id: string): string =>
  `select exists (select from pg_replication_slots where slot_name = 'mha_${id}' and restart_lsn is not null)`;

/** Within what is written in some seconds under the writers of a scenario. */
const followedSql = (id: string): string =>
  `select pg_current_wal_lsn() - restart_lsn < 16 * 1024 * 1024 from pg_replication_slots where slot_name = 'mha_${id}'`;
