import type { DatabaseObservation, NodeId } from '@mha4rdb/kernel';
import { positionOf, type Database } from './database.js';
import { SYSTEM } from './founding.js';

/**
 * One look at a server. A primary's own end is left out of it (nothing decides on it), so that each
 * write does not make another state of its agent.
 */
export function observe(
  database: Database,
  attached: readonly NodeId[],
  receiving: boolean,
): DatabaseObservation {
  const files = {
    directory: { kind: 'present', systemId: SYSTEM },
    rule: database.rule,
    upstream: database.upstream,
    admits: database.admits,
  } as const;
  if (!database.running) return { ...files, process: 'stopped', role: 'stopped', works: false };
  const position = positionOf(database);
  const running = {
    ...files,
    process: 'running',
    role: database.role,
    works: true,
    history: database.history,
  } as const;
  if (database.role === 'primary') {
    return {
      ...running,
      position: { ...position, lsn: 0 },
      replayedLsn: 0,
      standbys: attached.map((node) => ({
        node,
        state: 'streaming',
        flushedLsn: 0,
        replayedLsn: 0,
      })),
    };
  }
  return {
    ...running,
    position,
    replayedLsn: position.lsn,
    drained: database.upstream === null,
    receiving,
  };
}
