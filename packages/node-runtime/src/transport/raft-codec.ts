import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type {
  ClusterState,
  Command,
  Configuration,
  LogEntry,
  RaftMessage,
  Snapshot,
} from '@mha4rdb/core';
import {
  assertNever,
  instantOf,
  lifeOf,
  lifeOfVoter,
  logIndexOf,
  termOf,
  voterIdOf,
  type NodeId,
} from '@mha4rdb/kernel';
import {
  RaftMessageSchema,
  type Configuration as WireConfiguration,
  type LogEntry as WireEntry,
  type RaftMessage as WireRaft,
  type Snapshot as WireSnapshot,
} from '@mha4rdb/proto';
import { InvalidFrame, jsonOf, jsonBytes, numberOf, present } from './wire-values.js';

/** This cluster's own Raft messages. */
export type NodeRaftMessage = RaftMessage<Command, ClusterState>;

/**
 * Which node says it to which in which cluster: stands in the frame (R58). The message adds their
 * lives, and both together are the Raft identities.
 */
export interface Envelope {
  readonly clusterName: string;
  readonly from: NodeId;
  readonly to: NodeId;
}

type Body = NonNullable<MessageInitShape<typeof RaftMessageSchema>['body']>;

export function encodeRaft(message: NodeRaftMessage): WireRaft {
  return create(RaftMessageSchema, {
    term: BigInt(message.term),
    fromLife: BigInt(lifeOfVoter(message.from)),
    toLife: BigInt(lifeOfVoter(message.to)),
    body: bodyOf(message),
  });
}

function bodyOf(message: NodeRaftMessage): Body {
  switch (message.kind) {
    case 'preVoteRequest':
      return { case: 'preVoteRequest', value: lastOf(message) };
    case 'preVoteResponse':
      return { case: 'preVoteResponse', value: { granted: message.granted } };
    case 'voteRequest':
      return {
        case: 'voteRequest',
        value: { ...lastOf(message), transfer: message.transfer },
      };
    case 'voteResponse':
      return { case: 'voteResponse', value: { granted: message.granted } };
    case 'append':
      return {
        case: 'append',
        value: {
          prevIndex: BigInt(message.prevIndex),
          prevTerm: BigInt(message.prevTerm),
          entries: message.entries.map(encodeEntry),
          commit: BigInt(message.commit),
          sentAt: message.sentAt,
        },
      };
    case 'appendResponse':
      return {
        case: 'appendResponse',
        value: { sentAt: message.sentAt, outcome: encodeOutcome(message.outcome) },
      };
    case 'installSnapshot':
      return {
        case: 'installSnapshot',
        value: { snapshot: encodeSnapshot(message.snapshot), sentAt: message.sentAt },
      };
    case 'timeoutNow':
      return { case: 'timeoutNow', value: {} };
    default:
      return assertNever(message, 'Raft message');
  }
}

function lastOf({ lastIndex, lastTerm }: { lastIndex: number; lastTerm: number }): {
  lastIndex: bigint;
  lastTerm: bigint;
} {
  return { lastIndex: BigInt(lastIndex), lastTerm: BigInt(lastTerm) };
}

type Outcome = Extract<NodeRaftMessage, { kind: 'appendResponse' }>['outcome'];
type WireOutcome = NonNullable<Extract<Body, { case: 'appendResponse' }>['value']['outcome']>;

function encodeOutcome(outcome: Outcome): WireOutcome {
  return outcome.kind === 'matched'
    ? { case: 'matched', value: { index: BigInt(outcome.index) } }
    : {
        case: 'rejected',
        value: {
          prevIndex: BigInt(outcome.prevIndex),
          hintIndex: BigInt(outcome.hintIndex),
          hintTerm: BigInt(outcome.hintTerm),
        },
      };
}

type EntryInit = NonNullable<Extract<Body, { case: 'append' }>['value']['entries']>[number];
type SnapshotInit = NonNullable<Extract<Body, { case: 'installSnapshot' }>['value']['snapshot']>;

function encodeEntry({ index, term, payload }: LogEntry<Command>): EntryInit {
  const place = { index: BigInt(index), term: BigInt(term) };
  switch (payload.kind) {
    case 'noop':
      return { ...place, payload: { case: 'noop', value: {} } };
    case 'command':
      return { ...place, payload: { case: 'command', value: jsonBytes(payload.command) } };
    case 'config':
      return {
        ...place,
        payload: { case: 'configuration', value: encodeConfiguration(payload.configuration) },
      };
    default:
      return assertNever(payload, 'entry payload');
  }
}

function encodeSnapshot(snapshot: Snapshot<ClusterState>): SnapshotInit {
  return {
    index: BigInt(snapshot.index),
    term: BigInt(snapshot.term),
    configuration: encodeConfiguration(snapshot.configuration),
    machine: jsonBytes(snapshot.machine),
  };
}

function encodeConfiguration({ voters, votersOutgoing, learners }: Configuration): {
  voters: string[];
  votersOutgoing: string[];
  learners: string[];
} {
  return {
    voters: [...voters],
    votersOutgoing: [...votersOutgoing],
    learners: [...learners],
  };
}

/** Throws `InvalidFrame` for what no node of this version sends. */
export function decodeRaft(envelope: Envelope, wire: WireRaft): NodeRaftMessage {
  const head = {
    clusterName: envelope.clusterName,
    from: voterIdOf(envelope.from, lifeOf(numberOf(wire.fromLife))),
    to: voterIdOf(envelope.to, lifeOf(numberOf(wire.toLife))),
    term: termOf(numberOf(wire.term)),
  };
  const { body } = wire;
  switch (body.case) {
    case 'preVoteRequest':
      return { ...head, kind: 'preVoteRequest', ...decodeLast(body.value) };
    case 'preVoteResponse':
      return { ...head, kind: 'preVoteResponse', granted: body.value.granted };
    case 'voteRequest':
      return {
        ...head,
        kind: 'voteRequest',
        ...decodeLast(body.value),
        transfer: body.value.transfer,
      };
    case 'voteResponse':
      return { ...head, kind: 'voteResponse', granted: body.value.granted };
    case 'append':
      return {
        ...head,
        kind: 'append',
        prevIndex: logIndexOf(numberOf(body.value.prevIndex)),
        prevTerm: termOf(numberOf(body.value.prevTerm)),
        entries: body.value.entries.map(decodeEntry),
        commit: logIndexOf(numberOf(body.value.commit)),
        sentAt: instantOf(finite(body.value.sentAt)),
      };
    case 'appendResponse':
      return {
        ...head,
        kind: 'appendResponse',
        outcome: decodeOutcome(body.value.outcome),
        sentAt: instantOf(finite(body.value.sentAt)),
      };
    case 'installSnapshot':
      return {
        ...head,
        kind: 'installSnapshot',
        snapshot: decodeSnapshot(present(body.value.snapshot, 'a snapshot')),
        sentAt: instantOf(finite(body.value.sentAt)),
      };
    case 'timeoutNow':
      return { ...head, kind: 'timeoutNow' };
    case undefined:
      throw new InvalidFrame('a Raft message of a kind that this version does not know');
    default:
      return assertNever(body, 'Raft message');
  }
}

function decodeLast({ lastIndex, lastTerm }: { lastIndex: bigint; lastTerm: bigint }) {
  return { lastIndex: logIndexOf(numberOf(lastIndex)), lastTerm: termOf(numberOf(lastTerm)) };
}

type WireAppendResponse = Extract<WireRaft['body'], { case: 'appendResponse' }>['value'];

function decodeOutcome(outcome: WireAppendResponse['outcome']): Outcome {
  switch (outcome.case) {
    case 'matched':
      return { kind: 'matched', index: logIndexOf(numberOf(outcome.value.index)) };
    case 'rejected':
      return {
        kind: 'rejected',
        prevIndex: logIndexOf(numberOf(outcome.value.prevIndex)),
        hintIndex: logIndexOf(numberOf(outcome.value.hintIndex)),
        hintTerm: termOf(numberOf(outcome.value.hintTerm)),
      };
    case undefined:
      throw new InvalidFrame('an append response without outcome');
    default:
      return assertNever(outcome, 'append outcome');
  }
}

function decodeEntry({ index, term, payload }: WireEntry): LogEntry<Command> {
  const place = { index: logIndexOf(numberOf(index)), term: termOf(numberOf(term)) };
  switch (payload.case) {
    case 'noop':
      return { ...place, payload: { kind: 'noop' } };
    case 'command':
      return { ...place, payload: { kind: 'command', command: decodeCommand(payload.value) } };
    case 'configuration':
      return {
        ...place,
        payload: { kind: 'config', configuration: decodeConfiguration(payload.value) },
      };
    case undefined:
      throw new InvalidFrame('an entry of a kind that this version does not know');
    default:
      return assertNever(payload, 'entry payload');
  }
}

/** A command is taken as it is: its guards are in `apply`, and an unknown one does nothing there. */
export function decodeCommand(bytes: Uint8Array): Command {
  const value = jsonOf(bytes);
  if (typeof value['type'] !== 'string') throw new InvalidFrame('a command without type');
  return value as unknown as Command;
}

function decodeSnapshot(wire: WireSnapshot): Snapshot<ClusterState> {
  return {
    index: logIndexOf(numberOf(wire.index)),
    term: termOf(numberOf(wire.term)),
    configuration: decodeConfiguration(present(wire.configuration, 'a configuration')),
    machine: jsonOf(wire.machine) as unknown as ClusterState,
  };
}

function decodeConfiguration(wire: WireConfiguration): Configuration {
  return {
    voters: wire.voters as NodeId[],
    votersOutgoing: wire.votersOutgoing as NodeId[],
    learners: wire.learners as NodeId[],
  };
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new InvalidFrame('a time that is not a number');
  return value;
}
