import type { ClusterState } from '@mha4rdb/core';
import type { DatabaseAddress } from '@mha4rdb/db-control';
import type { NodeId } from '@mha4rdb/kernel';
import { acceptedHostPort, type AgentConfig, type HostPort } from '@mha4rdb/node-runtime';
import { isDeepStrictEqual } from 'node:util';

/** Where the members are, as the edge of one agent needs it. */
export interface MemberAddresses {
  /** The data members' databases, this one's too. */
  readonly databases: readonly DatabaseAddress[];
  /** The hosts of all others: their standbys stream before the gate. */
  readonly peers: readonly string[];
}

/** What the configuration says: it counts until the replicated list is known. */
export function configuredAddresses({ members, node }: AgentConfig): MemberAddresses {
  return addressesIn(members, node);
}

/**
 * What the replicated list says; the same object as long as it says the same. The list is empty on a node
 * that joins, before its first snapshot; the configuration helps out then. A member that is no longer
 * listed is nobody's peer.
 */
export function replicatedAddresses(
  cluster: () => Pick<ClusterState, 'members'>,
  config: AgentConfig,
): () => MemberAddresses {
  let list: ClusterState['members'] = [];
  let addresses = configuredAddresses(config);
  return () => {
    const { members } = cluster();
    if (members === list) return addresses;
    list = members;
    const now = members.length === 0 ? configuredAddresses(config) : listedIn(members, config.node);
    if (!isDeepStrictEqual(now, addresses)) addresses = now;
    return addresses;
  };
}

function listedIn(members: ClusterState['members'], me: NodeId): MemberAddresses {
  const placed = members.map(({ id, address, database }) => ({
    id,
    address: acceptedHostPort(id, address),
    ...(database !== undefined && { database: acceptedHostPort(id, database) }),
  }));
  return addressesIn(placed, me);
}

interface PlacedMember {
  readonly id: NodeId;
  readonly address: HostPort;
  readonly database?: HostPort | undefined;
}

function addressesIn(members: readonly PlacedMember[], me: NodeId): MemberAddresses {
  return {
    databases: members.flatMap(({ id, database }) =>
      database === undefined ? [] : [{ node: id, host: database.host, port: database.port }],
    ),
    peers: members
      .filter(({ id }) => id !== me)
      .map(({ database, address }) => (database ?? address).host),
  };
}
