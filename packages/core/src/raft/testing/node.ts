import {
  addDuration,
  instantOf,
  type Instant,
  type LogIndex,
  type NodeId,
  type Term,
} from '@mha4rdb/kernel';
import type { LogEntry } from '../entry.js';
import type { RaftEvent } from '../event.js';
import type { Configuration } from '../membership/configuration.js';
import type { StepResult } from '../step-result.js';
import { startRaft } from '../start.js';
import { step } from '../step.js';
import { idsOf, OPTIONS, voters, type Message, type State, type Write } from './cluster.js';

/** One node on the bench: what it was told, and all that it did. */
export interface Node {
  state: State;
  now: Instant;
  readonly sent: Message[];
  readonly applied: LogEntry<string>[];
  readonly writes: Write[];
  /** False keeps writes out until `flush`. */
  autoPersist: boolean;
}

export interface Before {
  readonly id?: string;
  readonly term?: number;
  readonly votedFor?: string | null;
  /** Terms of the entries after the bootstrap snapshot (index 1, term 1): the first has index 2. */
  readonly log?: readonly number[];
  readonly configuration?: Configuration;
}

export const index = (value: number): LogIndex => value as LogIndex;
export const term = (value: number): Term => value as Term;
export function node(name: string): NodeId {
  return idsOf(name)[0] as NodeId;
}

/** The entry at `at` of `inTerm`; its command says where it stands, so that two never look alike. */
export function entry(at: number, inTerm: number): LogEntry<string> {
  const payload = { kind: 'command', command: `${at}/${inTerm}` } as const;
  return { index: index(at), term: term(inTerm), payload };
}

/** Entries of these terms, from index `first` on. */
export function entries(first: number, ...terms: readonly number[]): LogEntry<string>[] {
  return terms.map((inTerm, at) => entry(first + at, inTerm));
}

/** Node `a` of a, b, c (unless told otherwise), restarted from such a disk. */
export function restarted(before: Before = {}): Node {
  const { id = 'a', log = [], votedFor = null, configuration = voters(3) } = before;
  const hardState = {
    term: term(before.term ?? log.at(-1) ?? 1),
    votedFor: votedFor === null ? null : node(votedFor),
  };
  const now = instantOf(1000);
  const snapshot = { index: index(1), term: term(1), configuration, machine: [] };
  const persisted = { hardState, snapshot, entries: entries(2, ...log) };
  const options = { ...OPTIONS, id: node(id) };
  const { state } = startRaft<string, readonly string[]>(
    options,
    { kind: 'disk', persisted },
    now,
    7,
  );
  return { state, now, sent: [], applied: [], writes: [], autoPersist: true };
}

type Untimed<Event> = Event extends RaftEvent ? Omit<Event, 'now'> : never;

/** One event, now. */
export function feed(
  subject: Node,
  event: Untimed<RaftEvent<string, readonly string[]>>,
): StepResult<string, readonly string[]> {
  const result = take(subject, { ...event, now: subject.now });
  if (subject.autoPersist) flush(subject);
  return result;
}

/** Everything that is out becomes durable. */
export function flush(subject: Node): void {
  for (let flight = flightOf(subject); flight !== null; flight = flightOf(subject)) {
    take(subject, { kind: 'persisted', now: subject.now, ticket: flight.ticket });
  }
}

function take(
  subject: Node,
  event: RaftEvent<string, readonly string[]>,
): StepResult<string, readonly string[]> {
  const result = step(subject.state, event);
  subject.state = result.state;
  for (const effect of result.effects) {
    if (effect.kind === 'send') subject.sent.push(effect.message);
    else if (effect.kind === 'apply') subject.applied.push(...effect.entries);
    else if (effect.kind === 'persist') subject.writes.push(effect);
  }
  return result;
}

function flightOf({ state }: Node): State['persistence']['inFlight'] {
  return state.persistence.inFlight;
}

export function wait(subject: Node, milliseconds: number): void {
  subject.now = addDuration(subject.now, milliseconds);
  feed(subject, { kind: 'tick' });
}

/** What a message is besides its envelope; `from` is b and `to` is a unless told otherwise. */
export type Body<Kind extends Message['kind']> = Omit<
  Extract<Message, { kind: Kind }>,
  'kind' | 'clusterName' | 'from' | 'to' | 'sentAt' | 'term'
> & { readonly from?: string; readonly term: number };

export function hear<Kind extends Message['kind']>(
  subject: Node,
  kind: Kind,
  body: Body<Kind>,
): readonly Message[] {
  const before = subject.sent.length;
  const message = {
    sentAt: instantOf(1),
    ...body,
    kind,
    clusterName: OPTIONS.clusterName,
    from: node(body.from ?? 'b'),
    to: subject.state.options.id,
  } as unknown as Message;
  feed(subject, { kind: 'receive', message });
  return subject.sent.slice(before);
}

/** Makes the node win the next election with the votes of `others`. */
export function win(subject: Node, ...others: readonly string[]): void {
  wait(subject, 1000);
  const next = subject.state.term + 1;
  for (const from of others) hear(subject, 'preVoteResponse', { from, term: next, granted: true });
  for (const from of others) hear(subject, 'voteResponse', { from, term: next, granted: true });
}

/** The terms of the log after the bootstrap snapshot. */
export function termsOf({ state }: Node): number[] {
  return state.log.entries.map((each) => each.term);
}
