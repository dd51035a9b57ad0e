import type { Situation } from '../coordinator/decide.js';
import type { Work } from './work.js';

/** The coordinator's situation, or null when this node does not lead. */
export function situationOf(work: Work): Situation | null {
  const { node, now, wall } = work;
  if (node.coordinator === null) return null;
  return {
    me: node.options.me,
    term: node.raft.term,
    state: node.cluster,
    view: node.coordinator,
    reports: node.reports,
    timing: node.options.timing,
    now,
    wall,
    nonce: node.options.nonce,
  };
}
