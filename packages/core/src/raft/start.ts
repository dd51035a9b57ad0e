import { invariant, lifeOfVoter, type Instant, type LogIndex, type Term } from '@mha4rdb/kernel';
import { openDraft } from './draft.js';
import type { HardState, LogEntry, Snapshot } from './entry.js';
import type { RaftOptions } from './options.js';
import type { PersistedRaft, RaftSource } from './source.js';
import type { RaftState } from './state.js';
import type { StepResult } from './step-result.js';
import { restartElectionTimer } from './election/timer.js';
import { configurationIn, emptyLog, lastIndexOf, withAppended } from './log.js';
import { isMember, NO_CONFIGURATION } from './membership/configuration.js';
import { settle } from './persistence/settle.js';
import { cleanPersistence, updatePersistence } from './persistence/write.js';

/**
 * A node at its start: a follower that knows what its disk knows, and nothing else (`commit` begins
 * at the snapshot, R5). Refuses, with the rule's number, a disk that contradicts itself (R10).
 *
 * @param seed decides the election timeouts; give every node and every start another one (R18).
 */
export function startRaft<Command, Machine>(
  options: RaftOptions,
  source: RaftSource<Command, Machine>,
  now: Instant,
  seed: number,
): StepResult<Command, Machine> {
  checkOptions(options);
  checkLife(options, source);
  const persisted = persistedOf(options, source);
  const draft = openDraft(restore(options, persisted, now, seed), now);
  restartElectionTimer(draft);
  if (persisted.snapshot !== null) {
    draft.effects.push({ kind: 'restoreSnapshot', snapshot: persisted.snapshot });
  }
  if (source.kind === 'bootstrap') {
    updatePersistence(draft, {
      hardStateDirty: true,
      snapshotDirty: true,
      durableIndex: 0 as LogIndex,
    });
  }
  // Its life is on disk before it says anything: a second start must not be a third life.
  if (source.kind === 'join') updatePersistence(draft, { hardStateDirty: true });
  settle(draft);
  return { state: draft.state, effects: draft.effects } as StepResult<Command, Machine>;
}

function persistedOf(options: RaftOptions, source: RaftSource): PersistedRaft {
  switch (source.kind) {
    case 'disk':
      return source.persisted;
    case 'join':
      return { hardState: { term: 0 as Term, votedFor: null }, snapshot: null, entries: [] };
    case 'bootstrap': {
      const { configuration, machine } = source;
      const term = 1 as Term;
      invariant(isMember(configuration, options.id), 'R10', 'the first members lack this node', {
        id: options.id,
      });
      return {
        hardState: { term, votedFor: null },
        snapshot: { index: 1 as LogIndex, term, configuration, machine },
        entries: [],
      };
    }
  }
}

function restore(
  options: RaftOptions,
  { hardState, snapshot, entries }: PersistedRaft,
  now: Instant,
  seed: number,
): RaftState {
  const base = emptyLog(
    snapshot?.index ?? (0 as LogIndex),
    snapshot?.term ?? (0 as Term),
    snapshot?.configuration ?? NO_CONFIGURATION,
  );
  const kept = entries.filter((entry) => entry.index > base.baseIndex);
  const log = withAppended(base, kept);
  checkDisk(hardState, snapshot, kept);
  return {
    options,
    term: hardState.term,
    votedFor: hardState.votedFor,
    retired: hardState.retired ?? null,
    log,
    snapshot,
    commit: base.baseIndex,
    applied: base.baseIndex,
    configuration: configurationIn(log, lastIndexOf(log)),
    role: 'follower',
    leader: null,
    mayCampaign: true,
    campaignAt: now,
    votes: {},
    progress: {},
    termStart: 0 as LogIndex,
    leaderSince: now,
    transfer: null,
    electionDeadline: now,
    leaderContactAt: null,
    heartbeatDue: now,
    random: seed >>> 0,
    persistence: cleanPersistence(lastIndexOf(log)),
  };
}

function checkDisk(
  { term, votedFor }: HardState,
  snapshot: Snapshot | null,
  entries: readonly LogEntry[],
): void {
  let before = { index: snapshot?.index ?? 0, term: snapshot?.term ?? 0 };
  for (const entry of entries) {
    invariant(
      entry.index === before.index + 1 && entry.term >= before.term,
      'R10',
      'the log on disk has a gap, or its terms fall',
      { before, index: entry.index, term: entry.term },
    );
    before = entry;
  }
  invariant(term >= before.term, 'R10', 'the log on disk is of a later term than the vote record', {
    term,
    votedFor,
    lastTerm: before.term,
  });
}

/** A directory speaks under the life that it was begun with, and under no other (R8). */
function checkLife({ id }: RaftOptions, source: RaftSource): void {
  const life = lifeOfVoter(id);
  const expected = source.kind === 'disk' ? (source.persisted.hardState.life ?? 0) : 0;
  invariant(
    source.kind === 'join' || life === expected,
    'R8',
    'this directory belongs to another life of the node',
    { id, expected },
  );
}

function checkOptions({ heartbeat, electionMin, electionMax }: RaftOptions): void {
  invariant(
    0 < heartbeat && heartbeat < electionMin && electionMin <= electionMax,
    'R18',
    'heartbeat < electionMin <= electionMax must hold',
    { heartbeat, electionMin, electionMax },
  );
}
