import {
  judgeHost,
  JUDGED_SETTINGS,
  type Finding,
  type HostFacts,
  type NodeState,
  type Timing,
} from '@mha4rdb/core';
import type { DatabaseEngine } from '@mha4rdb/db-control';
import { checkWatchdog, preflight, readInterface, readNonlocalBind } from '@mha4rdb/host-linux';
import { durationOf, type NodeId } from '@mha4rdb/kernel';
import { measureFlush, readDisk, type AgentConfig } from '@mha4rdb/node-runtime';
import { parseVip } from '@mha4rdb/vip';
import { guardConfigOf } from './guard-config.js';

/**
 * Stands in the server's own directory for some milliseconds. PostgreSQL's copies and rewinds pass over
 * names that begin so, as over its own temporary files.
 */
const FLUSH_PROBE = 'pgsql_tmp_mha4rdb_flush_probe';

/** The server is asked for so long. */
const ASK = durationOf(3000);

/** For the doctor: what a database's host has besides what every node has. Changes nothing. */
export async function examineHost(
  config: AgentConfig,
  {
    engine,
    enforced,
  }: {
    readonly engine: Pick<DatabaseEngine, 'settings'>;
    readonly enforced: HostFacts['enforced'];
  },
  timing: Timing,
): Promise<readonly Finding[]> {
  const { dataDir } = config.database;
  const [databaseFsyncMs, databaseDisk, settings] = await Promise.all([
    measureFlush(dataDir, FLUSH_PROBE),
    readDisk(dataDir),
    engine.settings?.(JUDGED_SETTINGS, { deadline: ASK }),
  ]);
  const facts: HostFacts = {
    fence: preflight(guardConfigOf(config)).map(({ message, remedy = '' }) => ({
      message,
      remedy,
    })),
    enforced,
    vips: vipFacts(config),
    sysctls: { nonlocalBind: readNonlocalBind() },
    listensOn: listensOn(config),
    watchdog: watchdogFacts(config),
    databaseFsyncMs,
    databaseDisk,
    settings: settings?.ok === true ? settings.value : null,
  };
  return judgeHost(facts, timing);
}

/** What the kernel enforces here, and whether clients may write here under it. */
export function enforcedFor(
  node: NodeId,
  { member, cluster }: Pick<NodeState, 'member' | 'cluster'>,
): HostFacts['enforced'] {
  if (member === null) return null;
  const { fencing, open } = member.host;
  return { fencing, serves: open && cluster.primary === node };
}

function vipFacts(config: AgentConfig): HostFacts['vips'] {
  const vips = guardConfigOf(config).vips.flatMap(({ address, interface: name }) => {
    const vip = parseVip(address, name);
    return vip.ok ? [vip.value] : [];
  });
  return vips.map((vip) => ({
    address: vip.ip,
    prefix: vip.prefixLength,
    interface: vip.interfaceName,
    ...readInterface(vip, vips),
  }));
}

/** Null: on every address, also of one that comes later. */
function listensOn({ database }: AgentConfig): readonly string[] | null {
  const names = (database.parameters['listen_addresses'] ?? '*')
    .split(',')
    .map((name) => name.trim());
  return names.some((name) => ['*', '0.0.0.0', '::'].includes(name)) ? null : names;
}

function watchdogFacts({ watchdog }: AgentConfig): HostFacts['watchdog'] {
  if (watchdog.mode === 'off') return { mode: 'off', problem: null };
  const usable = checkWatchdog(watchdog.device);
  return { mode: watchdog.mode, problem: usable.ok ? null : usable.error.message };
}
