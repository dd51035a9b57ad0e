import { peersOf, type Contact, type NodeState } from '@mha4rdb/core';
import { acceptedHostPort } from '../config/scalar-readers.js';
import type { PeerAddress, PeerTransport } from '../transport/peer-transport.js';
import type { NodeLoop } from './node-loop.js';

/** Who takes part, and who did, as far as this node knows at the moment. */
export interface PeerList {
  readonly members: () => readonly Contact[];
  readonly isMember: (id: string) => boolean;
  readonly wasMember: (id: string) => boolean;
  readonly nameOf: (address: string) => string | undefined;
}

/** The replicated list rules; while that is older than what it was told, or not here yet, both do. */
export function peerListOf(state: () => NodeState): PeerList {
  const members = (): readonly Contact[] => peersOf(state());
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
    const { cluster, contacts } = loop.state;
    // The state is replaced and never changed in place. Grants change it all the time, the lists hardly ever.
    const goesByItsOwn = peersOf(loop.state) === cluster.members;
    const now = [cluster.members, cluster.removed, contacts, goesByItsOwn];
    if (now.every((part, index) => part === known[index])) return;
    known = now;
    transport.setPeers(peers.members().map(addressOf), cluster.removed.map(addressOf));
  };
  follow();
  loop.onChanged(follow);
}

function addressOf({ id, address }: Contact): PeerAddress {
  return { id, address: acceptedHostPort(id, address) };
}
