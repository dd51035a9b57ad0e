import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { PeerMessage } from '@mha4rdb/core';
import { incarnationOf, logIndexOf, nodeIdOf } from '@mha4rdb/kernel';
import { PeerFrameSchema, type PeerFrame } from '@mha4rdb/proto';
import { decodeFrame, encodeFrame } from './frame-codec.js';

const ME = nodeIdOf('n1');
const sender = { clusterName: 'hci-a', node: ME, incarnation: incarnationOf(4) };
const receiver = { clusterName: 'hci-a', node: nodeIdOf('n2') };
const isMember = (id: string) => ['n1', 'n2'].includes(id);
const head = { clusterName: 'hci-a', from: ME, to: receiver.node, term: 7 };
const configuration = { voters: ['n1', 'n2'], votersOutgoing: ['n1'], learners: ['n3'] };

function overTheWire(message: PeerMessage): PeerFrame {
  const frame = encodeFrame(sender, receiver.node, message);
  return fromBinary(PeerFrameSchema, toBinary(PeerFrameSchema, frame));
}

const raft = [
  { kind: 'preVoteRequest', lastIndex: 9, lastTerm: 6 },
  { kind: 'preVoteResponse', granted: true },
  { kind: 'voteRequest', lastIndex: 9, lastTerm: 6, transfer: true },
  { kind: 'voteResponse', granted: false },
  {
    kind: 'append',
    prevIndex: 9,
    prevTerm: 6,
    commit: 8,
    sentAt: 123456.789,
    entries: [
      { index: 10, term: 7, payload: { kind: 'noop' } },
      { index: 11, term: 7, payload: { kind: 'config', configuration } },
      {
        index: 12,
        term: 7,
        payload: { kind: 'command', command: { type: 'SetPaused', operation: 'x', at: 1 } },
      },
    ],
  },
  { kind: 'appendResponse', outcome: { kind: 'matched', index: 12 }, sentAt: 1.5 },
  {
    kind: 'appendResponse',
    outcome: { kind: 'rejected', prevIndex: 9, hintIndex: 3, hintTerm: 2 },
    sentAt: 0,
  },
  {
    kind: 'installSnapshot',
    snapshot: { index: 40, term: 7, configuration, machine: { name: 'hci-a', members: [] } },
    sentAt: 2,
  },
  { kind: 'timeoutNow' },
] as const;

test.each(raft)('$kind arrives as it was sent', (body) => {
  const message = { kind: 'raft', message: { ...head, ...body } } as unknown as PeerMessage;
  expect(decodeFrame(receiver, isMember, overTheWire(message))).toEqual({
    from: ME,
    incarnation: 4,
    message,
  });
});

test('a Raft identity is node and life: neither is lost on the way (R8)', () => {
  const lives = { from: 'n1~1764041234567', to: 'n2~9' };
  const message = { kind: 'raft', message: { ...head, ...lives, kind: 'timeoutNow' } };
  const received = decodeFrame(receiver, isMember, overTheWire(message as unknown as PeerMessage));
  expect(received).toEqual({ from: ME, incarnation: 4, message });
});

test('reports, proposals and the word of a removal arrive as they were sent', () => {
  const report = {
    node: 'n1',
    incarnation: 4,
    life: 0,
    seq: 1,
    sealedFor: 0,
    promise: 5,
    database: null,
  };
  for (const message of [
    { kind: 'report', report },
    { kind: 'proposal', command: { type: 'Adopt', epoch: 5 } },
    { kind: 'retired', index: 77 },
  ] as unknown as PeerMessage[]) {
    expect(decodeFrame(receiver, isMember, overTheWire(message)).message).toEqual(message);
  }
});

const vote = {
  kind: 'raft',
  message: { ...head, kind: 'voteResponse', granted: true },
} as unknown as PeerMessage;

test.each<[string, (frame: PeerFrame) => void, RegExp]>([
  ['of another cluster', (frame) => (frame.cluster = 'hci-b'), /cluster hci-b/],
  ['for another node', (frame) => (frame.to = 'n9'), /for n9/],
  ['from a stranger', (frame) => (frame.from = 'n9'), /n9, no member/],
  ['without a body', (frame) => (frame.body = { case: undefined }), /of a kind/],
  ['with an impossible incarnation', (frame) => (frame.incarnation = 2n ** 60n), /too great/],
  [
    'with a report that is no JSON',
    (frame) => (frame.body = { case: 'report', value: Buffer.from('{') }),
    /not JSON/,
  ],
  [
    'with a report for somebody else',
    (frame) => (frame.body = { case: 'report', value: Buffer.from('{"node":"n2"}') }),
    /another member/,
  ],
  [
    'with a command without type',
    (frame) => (frame.body = { case: 'proposal', value: Buffer.from('{"a":1}') }),
    /without type/,
  ],
])('a frame %s is refused (R58)', (_name, harm, why) => {
  const frame = overTheWire(vote);
  harm(frame);
  expect(() => decodeFrame(receiver, isMember, frame)).toThrow(why);
});

test('a list of members arrives as it was sent, and one with a broken address not at all', () => {
  const members = [{ id: nodeIdOf('n5'), address: '10.0.0.5:7400' }];
  const list: PeerMessage = { kind: 'members', revision: logIndexOf(44), members };
  expect(decodeFrame(receiver, isMember, overTheWire(list)).message).toEqual(list);
  const broken = { ...list, members: [{ id: nodeIdOf('n5'), address: 'anywhere' }] };
  expect(() => decodeFrame(receiver, isMember, overTheWire(broken))).toThrow('not HOST:PORT');
});
