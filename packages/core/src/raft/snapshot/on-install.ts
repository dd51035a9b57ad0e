import type { Draft } from '../draft.js';
import type { Snapshot } from '../entry.js';
import type { InstallSnapshot } from '../message.js';
import { heardLeader } from '../election/become-follower.js';
import { emptyLog, lastIndexOf, termAtIn } from '../log.js';
import { isMember } from '../membership/configuration.js';
import { forgetDurable } from '../persistence/log-change.js';
import { updatePersistence } from '../persistence/write.js';
import { answer, followCommit } from '../replication/on-append.js';

/**
 * Takes the leader's state in place of a log that does not reach it. Not when it tells nothing new,
 * not when the log holds its last entry (then only the commit moves), not when it does not name this
 * node (R52). The answer says in each case how far this node equals the leader (R53).
 */
export function onInstallSnapshot(draft: Draft, message: InstallSnapshot): void {
  heardLeader(draft, message.from);
  const { snapshot } = message;
  if (snapshot.index > draft.state.commit) {
    if (termAtIn(draft.state.log, snapshot.index) === snapshot.term) {
      followCommit(draft, snapshot.index);
    } else if (namesUs(draft, snapshot)) {
      install(draft, snapshot);
    }
  }
  answer(draft, message, { kind: 'matched', index: draft.state.commit });
}

/**
 * Taken when it names this node (R52), and also when nothing at hand does yet: a learner's first
 * snapshot may be older than the entry that made it one.
 */
function namesUs({ state }: Draft, snapshot: Snapshot): boolean {
  const { id } = state.options;
  return isMember(snapshot.configuration, id) || !isMember(state.configuration.value, id);
}

/**
 * What the log holds at the snapshot's index and above contradicts a committed entry, and is
 * discarded before the snapshot is written. What it holds below may have been acknowledged, and stays
 * on disk until the snapshot is durable; until then `durableIndex` is below the log's new base.
 */
function install(draft: Draft, snapshot: Snapshot): void {
  const { state } = draft;
  if (lastIndexOf(state.log) >= snapshot.index) forgetDurable(draft, snapshot.index);
  state.log = emptyLog(snapshot.index, snapshot.term, snapshot.configuration);
  state.configuration = { index: snapshot.index, value: snapshot.configuration };
  state.snapshot = snapshot;
  state.commit = snapshot.index;
  state.applied = snapshot.index;
  updatePersistence(draft, { snapshotDirty: true, handedIndex: snapshot.index });
  draft.effects.push({ kind: 'restoreSnapshot', snapshot });
}
