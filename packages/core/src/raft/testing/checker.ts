import { encodeCanonical, invariant, type NodeId } from '@mha4rdb/kernel';
import { lastIndexOf, termAtIn } from '../log.js';
import type { LogEntry } from '../entry.js';
import type { StepResult } from '../step-result.js';
import type { Cluster, Disk, Host, State } from './cluster.js';

type Entry = LogEntry<string>;

/**
 * Raft's own five properties (A4.3), over the whole history and not only over what is alive now:
 * one leader in a term, log matching, leader completeness, state machine safety, committed is durable
 * on a majority. Also: one vote in a term across restarts. Looks at every host after every event.
 * Members come and go: whoever is counted is looked up by its Raft identity.
 */
export function watch(cluster: Cluster): Watch {
  const checker: Watch = {
    leaderOfTerm: new Map(),
    voteInTerm: new Map(),
    entryAt: new Map(),
    committed: [],
    commandsUpTo: [0, 0],
    seenEntries: new Map(),
    seenCommit: new Map(),
    events: 0,
  };
  cluster.observers.push((host, result) => check(checker, cluster, host, result));
  return checker;
}

export interface Watch {
  readonly leaderOfTerm: Map<number, NodeId>;
  readonly voteInTerm: Map<string, NodeId>;
  /** `index/term` → what stands there and the term before it. */
  readonly entryAt: Map<string, string>;
  /** By index; indices 0 and 1 (the bootstrap snapshot) stay empty. */
  readonly committed: (Entry | undefined)[];
  /** How many commands stand at or below each committed index. */
  readonly commandsUpTo: number[];
  readonly seenEntries: Map<NodeId, State['log']>;
  readonly seenCommit: Map<NodeId, number>;
  events: number;
}

function check(
  checker: Watch,
  cluster: Cluster,
  host: Host,
  result: StepResult<string, readonly string[]>,
): void {
  checker.events += 1;
  checkEntries(checker, host.id, result.state);
  checkCommit(checker, cluster, host.id, result.state);
  checkVotes(checker, result);
  const { state } = result;
  if (state.role === 'leader' && checker.leaderOfTerm.get(state.term) !== host.id) {
    checkNewLeader(checker, host.id, state);
  }
  const applied = checker.commandsUpTo[state.applied];
  invariant(
    host.machine.length === applied,
    'StateMachineSafety',
    'applied too much or too little',
    {
      host: host.id,
      applied: state.applied,
      length: host.machine.length,
      expected: applied,
    },
  );
}

/** `(index, term)` names one entry with one predecessor: by induction, logs match below it. */
function checkEntries(checker: Watch, id: NodeId, { log }: State): void {
  const seen = checker.seenEntries.get(id);
  if (seen === log) return;
  checker.seenEntries.set(id, log);
  // From the end down to what this host already had: entries are shared, never copied.
  for (const entry of log.entries.toReversed()) {
    if (seen?.entries[entry.index - seen.baseIndex - 1] === entry) return;
    const before = termAtIn(log, (entry.index - 1) as Entry['index']);
    const text = encodeCanonical({ before, payload: entry.payload });
    const key = `${entry.index}/${entry.term}`;
    const first = checker.entryAt.get(key);
    invariant(first === undefined || first === text, 'LogMatching', key, { first, text });
    checker.entryAt.set(key, text);
  }
}

function checkCommit(checker: Watch, cluster: Cluster, id: NodeId, state: State): void {
  const seen = checker.seenCommit.get(id) ?? 0;
  checker.seenCommit.set(id, state.commit);
  for (let index = seen + 1; index <= state.commit; index++) {
    const entry = state.log.entries[index - state.log.baseIndex - 1];
    if (entry === undefined) continue;
    const first = checker.committed[index];
    if (first === undefined) {
      checkDurable(cluster, state, entry);
      checker.committed[index] = entry;
      checker.commandsUpTo[index] =
        (checker.commandsUpTo[index - 1] ?? NaN) + (entry.payload.kind === 'command' ? 1 : 0);
    } else {
      invariant(first.term === entry.term, 'StateMachineSafety', 'two entries were committed', {
        id,
        first,
        entry,
      });
    }
  }
}

/**
 * What is committed is on the disks of a majority, whoever crashes now (R1): of both halves of the
 * configuration by which it was committed (R47), whose identities the disks are counted by (R8). A
 * disk that was lost counts as it was: its identity never votes again, so that any majority that
 * elects a leader still meets a holder that has the entry.
 */
function checkDurable(cluster: Cluster, { configuration }: State, entry: Entry): void {
  const { voters, votersOutgoing } = configuration.value;
  for (const half of [voters, votersOutgoing]) {
    const holders = half.filter((id) => holds(cluster.hosts.get(id)?.disk ?? null, entry));
    invariant(
      // Not by the function under test.
      half.length === 0 || holders.length * 2 > half.length,
      'CommittedIsDurable',
      'committed without a majority of disks',
      { entry, half, holders },
    );
  }
}

function holds(disk: Disk | null, { index, term }: Entry): boolean {
  if (disk === null) return false;
  return (
    (disk.snapshot?.index ?? 0) >= index ||
    disk.entries.some((entry) => entry.index === index && entry.term === term)
  );
}

function checkVotes(checker: Watch, result: StepResult<string, readonly string[]>): void {
  for (const effect of result.effects) {
    if (effect.kind !== 'send') continue;
    const { message } = effect;
    const asks = message.kind === 'voteRequest';
    if (!asks && !(message.kind === 'voteResponse' && message.granted)) continue;
    const candidate = asks ? message.from : message.to;
    const key = `${message.from} in ${message.term}`;
    const first = checker.voteInTerm.get(key);
    invariant(first === undefined || first === candidate, 'OneVote', key, { first, candidate });
    checker.voteInTerm.set(key, candidate);
  }
}

function checkNewLeader(checker: Watch, id: NodeId, state: State): void {
  const other = checker.leaderOfTerm.get(state.term);
  invariant(other === undefined, 'ElectionSafety', `two leaders in term ${state.term}`, {
    id,
    other,
  });
  checker.leaderOfTerm.set(state.term, id);
  const last = lastIndexOf(state.log);
  for (let index = state.log.baseIndex + 1; index < checker.committed.length; index++) {
    const entry = checker.committed[index];
    invariant(
      entry === undefined || (index <= last && termAtIn(state.log, entry.index) === entry.term),
      'LeaderCompleteness',
      `the leader of term ${state.term} lacks a committed entry`,
      { id, entry },
    );
  }
}
