import { addDuration, type NodeId } from '@mha4rdb/kernel';
import {
  deliver,
  dispatch,
  hostOf,
  persist,
  stateOf,
  tick,
  type Cluster,
  type Message,
  type Packet,
} from './cluster.js';

/** True for messages that get through. */
export type Passes = (message: Message) => boolean;

const everything: Passes = () => true;
const ROUNDS = 200;

export function hostIds(cluster: Cluster): NodeId[] {
  return [...cluster.hosts.keys()];
}

/** Writes become durable and messages arrive, oldest first, until nothing moves; the rest is lost. */
export function stabilize(cluster: Cluster, passes: Passes = everything): void {
  for (let round = 0; round < ROUNDS; round++) {
    const wrote = hostIds(cluster).filter((id) => persist(cluster, id)).length;
    const packets = cluster.net.splice(0);
    for (const { message } of packets) if (passes(message)) deliver(cluster, message);
    if (wrote === 0 && packets.length === 0) return;
  }
  throw new RangeError('the cluster does not come to rest');
}

/** Lets time pass in small steps, every host ticking, everything arriving at once. */
export function elapse(cluster: Cluster, milliseconds: number, passes: Passes = everything): void {
  const end = addDuration(cluster.now, milliseconds);
  while (cluster.now < end) {
    cluster.now = addDuration(cluster.now, 10);
    for (const id of hostIds(cluster)) tick(cluster, id);
    stabilize(cluster, passes);
  }
}

/** Time passes for `id` alone until it campaigns, and its campaign is carried through. */
export function elect(cluster: Cluster, id: NodeId, passes: Passes = everything): void {
  stabilize(cluster, passes);
  // Nobody else's timer is asked; a voter must only have had no leader for the shortest timeout.
  cluster.now = addDuration(cluster.now, stateOf(cluster, id).options.electionMax);
  tick(cluster, id);
  stabilize(cluster, passes);
}

export function propose(cluster: Cluster, id: NodeId, command: string): boolean {
  const result = dispatch(cluster, id, { kind: 'propose', now: cluster.now, command });
  return result.proposal?.ok === true;
}

/** Messages only between hosts of the same group. */
export function within(...groups: readonly (readonly NodeId[])[]): Passes {
  return ({ from, to }) => groups.some((group) => group.includes(from) && group.includes(to));
}

export function leaders(cluster: Cluster): NodeId[] {
  return hostIds(cluster).filter((id) => hostOf(cluster, id).state?.role === 'leader');
}

/** Takes the packets that match off the network. */
export function takePackets(cluster: Cluster, matches: (message: Message) => boolean): Packet[] {
  const taken = cluster.net.filter(({ message }) => matches(message));
  const rest = cluster.net.filter(({ message }) => !matches(message));
  cluster.net.splice(0, cluster.net.length, ...rest);
  return taken;
}
