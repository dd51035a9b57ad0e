import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { readIfThere, writeDurably } from './durable-file.js';
import { EngineFailure } from './failure.js';
import { emptyWorkDir } from './initialize.js';
import { layoutOf } from './layout.js';
import { checkSystemId, type Source } from './source.js';
import { runTool, TARGET_VARIABLE } from './tool.js';

/** In a data directory that the operator's command restored. */
const MARK = 'mha4rdb.restored';

/** What a server that was running would have left in a backup; the copy is nobody's yet. */
const LEFT_BEHIND = ['postmaster.pid', 'postmaster.opts', 'recovery.signal'];

/**
 * Restores a copy by the operator's command; answers whether it did, and whether it fits. It is tried
 * once for each directory: where the one before came of it too, what it restores did not help (the log
 * to catch up with is gone, or it parted from ours), and the primary is copied.
 */
export async function restoredByCommand(
  context: Context,
  source: Source,
  deadline: Deadline,
): Promise<boolean> {
  const { config, layout } = context;
  const [program, ...args] = config.cloneCommand ?? [];
  if (program === undefined) return false;
  if ((await readIfThere(join(layout.dataDir, MARK))) !== undefined) {
    config.log(`${program} is left out: the present directory came of it, and did not do`);
    return false;
  }
  try {
    const environment = environmentOf(layout.workData, source);
    await runTool(
      config,
      layout,
      { name: program, args, cwd: layout.workDir, environment },
      deadline,
    );
    await check(layout.workData, source);
  } catch (thrown) {
    if (!(thrown instanceof EngineFailure) || deadline.over()) throw thrown;
    config.log(`${program} brought no copy, so that the primary is copied: ${thrown.message}`);
    await emptyWorkDir(context, deadline);
    return false;
  }
  for (const name of LEFT_BEHIND) await rm(join(layout.workData, name), { force: true });
  await writeDurably(join(layout.workData, MARK), `${program}\n`, config.osUser);
  return true;
}

function environmentOf(target: string, { from, id }: Source): Readonly<Record<string, string>> {
  return {
    [TARGET_VARIABLE]: target,
    MHA_SOURCE_NODE: from.node,
    MHA_SOURCE_HOST: from.host,
    MHA_SOURCE_PORT: String(from.port),
    MHA_SYSTEM_ID: id,
  };
}

async function check(workData: string, source: Source): Promise<void> {
  const restored = await inspectDirectory(workData);
  switch (restored.kind) {
    case 'present':
      checkSystemId(source, { id: restored.systemId, what: 'what it restored' });
      break;
    case 'foreign':
      throw new EngineFailure('not-ours', restored.reason);
    default:
      throw new EngineFailure('not-ours', `${workData} is ${restored.kind} after it`);
  }
  // Without these a server would not know where its recovery begins and ends.
  const version = await readIfThere(layoutOf(workData).versionFile);
  if (version === undefined) throw new EngineFailure('not-ours', 'it has no PG_VERSION');
}
