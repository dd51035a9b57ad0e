import { KEEP_GRANT_MS } from '../member/keep.js';
import type { Work } from './work.js';

/**
 * Says once that the process may end: at once where nothing depends on it; on a primary when it has
 * handed over, stopped, or holds a grant long enough for its next life to adopt the database.
 */
export function announceShutdown(work: Work): void {
  const { node } = work;
  if (!node.stopping || node.shutdownReady || !isReady(work)) return;
  work.node = { ...node, shutdownReady: true };
  work.effects.push({ type: 'shutdownReady' });
}

function isReady({ node, now }: Work): boolean {
  const { member, cluster, options } = node;
  if (member === null) return true;
  const primary = cluster.primary === member.me;
  const serves = primary && (cluster.phase === 'running' || cluster.phase === 'appointed');
  if (serves && member.shutdown === 'keep') {
    return (
      member.grant !== null &&
      member.grant.end - now >= KEEP_GRANT_MS - 4 * options.timing.heartbeat
    );
  }
  return !serves && member.running === null && member.database?.role !== 'primary';
}
