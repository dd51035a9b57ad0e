import { foundingAnswerOf, hears, type Decision, type Founding } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import { systemClock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import { hostPortText } from '../config/scalar-readers.js';
import { FoundingPhase } from '../founding/founding-phase.js';
import { foundingQueries } from '../founding/founding-queries.js';
import { askStanding } from '../founding/standing.js';
import type { ClusterQueries } from '../rpc/cluster-queries.js';
import type { Sender } from '../transport/frame-codec.js';
import { PeerReceiver } from '../transport/peer-receiver.js';
import type { TlsMaterial } from '../transport/socket-factory.js';
import type { NodeLoop } from './node-loop.js';
import type { PeerList } from './peer-list.js';
import type { PortSource } from './serve-node-port.js';

/** A question that is not answered by then is asked again. */
const ASK_TIMEOUT_MS = 1500;

export function foundingPhaseOf(
  { cluster, node }: BaseConfig,
  founding: Founding,
  tls: TlsMaterial | undefined,
  tell: (decision: Decision) => void,
): FoundingPhase {
  return new FoundingPhase({
    me: node,
    founding,
    ask: (to) =>
      askStanding({
        cluster,
        from: node,
        to,
        ...(tls !== undefined && { tls }),
        timeoutMs: ASK_TIMEOUT_MS,
      }),
    wall: systemClock.wall,
    tell,
  });
}

/** Before the node stands: it holds nothing, and says so. */
export function foundingSource(config: BaseConfig, founding: FoundingPhase): PortSource {
  const find = (wanted: (member: BaseConfig['members'][number]) => boolean): string | undefined =>
    config.members.find(wanted)?.id;
  return {
    queries: foundingQueries(config, () => founding.waitsFor, systemClock.wall),
    standing: () => ({ answer: founding.answer, clusterId: '', members: [] }),
    members: () =>
      config.members.map(({ id, address }) => ({ id, address: hostPortText(address) })),
    isMember: (id) => find((member) => member.id === id) !== undefined,
    wasMember: () => false,
    nameOf: (address) => find((member) => hostPortText(member.address) === address),
    receiver: null,
  };
}

/** A peer that is connected pings and reports at least this often, whatever the timing. */
const PEER_SILENCE_MS = 10_000;

/** The node itself. */
export function runningSource(node: {
  readonly self: Sender;
  readonly loop: NodeLoop;
  readonly queries: ClusterQueries;
  readonly peers: PeerList;
  /** A frame that was refused; for people. */
  readonly onRefused: (reason: string) => void;
}): PortSource {
  const { self, loop, queries, peers, onRefused } = node;
  const { isMember, wasMember, nameOf } = peers;
  const receiver = new PeerReceiver({
    self,
    maySpeak: (id) => hears(loop.state, id as NodeId),
    onFrame: ({ from, message }) => loop.post({ type: 'received', from, message }),
    onRefused,
    silenceMs: PEER_SILENCE_MS,
  });
  return {
    queries,
    standing: (asker) => ({
      answer: foundingAnswerOf(loop.state, asker),
      clusterId: loop.state.cluster.clusterId ?? '',
      members: peers.members().map(({ id, address }) => ({ id, address })),
    }),
    members: peers.members,
    isMember,
    wasMember,
    nameOf,
    receiver,
  };
}
