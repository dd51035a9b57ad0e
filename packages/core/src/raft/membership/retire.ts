import { type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import { becomeFollower } from '../election/become-follower.js';
import { updatePersistence } from '../persistence/write.js';

/**
 * The cluster's word that this node is no member any more. It votes, campaigns and acknowledges no
 * longer, whatever an old configuration in its log says: durable, and for ever (R58).
 */
export function onRetire(draft: Draft, index: LogIndex): void {
  if (draft.state.retired !== null) return;
  draft.state.retired = index;
  updatePersistence(draft, { hardStateDirty: true, heldForNext: [] });
  if (draft.state.role !== 'follower') becomeFollower(draft, draft.state.term, null);
}
