import { create } from '@bufbuild/protobuf';
import type { MemberReport, PeerMessage } from '@mha4rdb/core';
import {
  assertNever,
  incarnationOf,
  logIndexOf,
  type Incarnation,
  type NodeId,
} from '@mha4rdb/kernel';
import {
  KnownMemberSchema,
  MemberListSchema,
  PeerFrameSchema,
  RetiredSchema,
  type PeerFrame,
} from '@mha4rdb/proto';
import { decodeCommand, decodeRaft, encodeRaft, type Envelope } from './raft-codec.js';
import { contactOf } from './contact.js';
import { InvalidFrame, jsonBytes, jsonOf, numberOf } from './wire-values.js';

/** This node, as its frames name it. */
export interface Sender {
  readonly clusterName: string;
  readonly node: NodeId;
  readonly incarnation: Incarnation;
}

export interface ReceivedFrame {
  readonly from: NodeId;
  readonly incarnation: Incarnation;
  readonly message: PeerMessage;
}

export function encodeFrame(sender: Sender, to: NodeId, message: PeerMessage): PeerFrame {
  return create(PeerFrameSchema, {
    cluster: sender.clusterName,
    from: sender.node,
    to,
    incarnation: BigInt(sender.incarnation),
    body: bodyOf(message),
  });
}

function bodyOf(message: PeerMessage): PeerFrame['body'] {
  switch (message.kind) {
    case 'raft':
      return { case: 'raft', value: encodeRaft(message.message) };
    case 'report':
      return { case: 'report', value: jsonBytes(message.report) };
    case 'proposal':
      return { case: 'proposal', value: jsonBytes(message.command) };
    case 'retired':
      return { case: 'retired', value: create(RetiredSchema, { index: BigInt(message.index) }) };
    case 'members': {
      const { revision, members } = message;
      const list = members.map(({ id, address }) => create(KnownMemberSchema, { id, address }));
      const value = create(MemberListSchema, { revision: BigInt(revision), members: list });
      return { case: 'members', value };
    }
    default:
      return assertNever(message, 'peer message');
  }
}

/**
 * Reads a frame that is for this node, of this cluster, from a member (R58). Throws `InvalidFrame`
 * with the reason otherwise.
 */
export function decodeFrame(
  receiver: Pick<Sender, 'clusterName' | 'node'>,
  isMember: (id: string) => boolean,
  frame: PeerFrame,
): ReceivedFrame {
  if (frame.cluster !== receiver.clusterName) {
    throw new InvalidFrame(`a frame of cluster ${frame.cluster}, this is ${receiver.clusterName}`);
  }
  if (frame.to !== receiver.node) {
    throw new InvalidFrame(`a frame for ${frame.to}, this is ${receiver.node}`);
  }
  if (!isMember(frame.from)) throw new InvalidFrame(`a frame from ${frame.from}, no member`);
  const from = frame.from as NodeId;
  return {
    from,
    incarnation: incarnationOf(numberOf(frame.incarnation)),
    message: messageOf({ clusterName: frame.cluster, from, to: receiver.node }, frame.body),
  };
}

function messageOf(envelope: Envelope, body: PeerFrame['body']): PeerMessage {
  switch (body.case) {
    case 'raft':
      return { kind: 'raft', message: decodeRaft(envelope, body.value) };
    case 'report':
      return { kind: 'report', report: decodeReport(envelope.from, body.value) };
    case 'proposal':
      return { kind: 'proposal', command: decodeCommand(body.value) };
    case 'retired':
      return { kind: 'retired', index: logIndexOf(numberOf(body.value.index)) };
    case 'members': {
      const { revision, members } = body.value;
      const list = members.map(contactOf);
      return { kind: 'members', revision: logIndexOf(numberOf(revision)), members: list };
    }
    case undefined:
      throw new InvalidFrame('a frame of a kind that this version does not know');
    default:
      return assertNever(body, 'frame');
  }
}

/** Nobody reports for somebody else; counters are numbers. */
function decodeReport(from: NodeId, bytes: Uint8Array): MemberReport {
  const report = jsonOf(bytes) as Partial<MemberReport>;
  const { incarnation, life, seq, sealedFor, promise } = report;
  const counters = [incarnation, life, seq, sealedFor, promise];
  if (report.node !== from) throw new InvalidFrame('a report in the name of another member');
  if (!counters.every((counter) => Number.isSafeInteger(counter) && (counter ?? -1) >= 0)) {
    throw new InvalidFrame('a report whose counters are no numbers');
  }
  return report as MemberReport;
}
