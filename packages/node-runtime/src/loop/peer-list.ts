import type { NodeState } from '@mha4rdb/core';
import { acceptedHostPort } from '../config/scalar-readers.js';
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
  let known: readonly unknown[] = [];
  const follow = (): void => {
    const { cluster, raft } = loop.state;
    // The state is replaced and never changed in place. Grants change it all the time, the lists hardly ever.
    const now = [cluster.members, cluster.removed, raft.snapshot === null];
    if (now.every((part, index) => part === known[index])) return;
    known = now;
    transport.setPeers(peers.members().map(addressOf), cluster.removed.map(addressOf));
  };
  follow();
  loop.onChanged(follow);
}

function addressOf({ id, address }: KnownMember): PeerAddress {
  return { id, address: acceptedHostPort(id, address) };
}
