import type { NodeState } from '@mha4rdb/core';
import { invariant, type NodeId } from '@mha4rdb/kernel';
import { readHostPort, type HostPort } from '../config/scalar-readers.js';
import type { KnownMember } from '../founding/standing.js';
import type { PeerAddress, PeerTransport } from '../transport/peer-transport.js';
import type { NodeLoop } from './node-loop.js';

/** Who takes part, and who did, as far as this node knows at the moment. */
export interface PeerList {
  readonly members: () => readonly KnownMember[];
  readonly isMember: (id: string) => boolean;
  readonly wasMember: (id: string) => boolean;
  readonly nameOf: (address: string) => string | undefined;
}

/**
 * The replicated list rules. A node that joins has none before its first snapshot: until then it
 * takes frames from whom its configuration names, and from whom those named (`heard`).
 */
export function peerListOf(state: () => NodeState, heard: readonly KnownMember[]): PeerList {
  const members = (): readonly KnownMember[] => {
    const { cluster, raft } = state();
    if (raft.snapshot !== null || heard.length === 0) return cluster.members;
    const others = heard.filter(({ id }) => !cluster.members.some((member) => member.id === id));
    return [...cluster.members, ...others];
  };
  return {
    members,
    isMember: (id) => members().some((member) => member.id === id),
    wasMember: (id) => state().cluster.removed.some((member) => member.id === id),
    nameOf: (address) => members().find((member) => member.address === address)?.id,
  };
}

/** Links follow the list, both ways. */
export function followMembers(loop: NodeLoop, peers: PeerList, transport: PeerTransport): void {
  let known = '';
  const follow = (): void => {
    const members = peers.members().map(addressOf);
    const former = loop.state.cluster.removed.map(addressOf);
    const now = JSON.stringify([members, former]);
    if (now === known) return;
    known = now;
    transport.setPeers(members, former);
  };
  follow();
  loop.onChanged(follow);
}

function addressOf({ id, address }: KnownMember): PeerAddress {
  return { id, address: parsed(id, address) };
}

function parsed(id: NodeId, address: string): HostPort {
  const read = readHostPort(address);
  invariant(read.ok, 'configuration', `the address of ${id} was accepted and is none`, { address });
  return read.value;
}
