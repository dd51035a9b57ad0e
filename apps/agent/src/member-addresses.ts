import type { ClusterState } from '@mha4rdb/core';
import type { DatabaseAddress } from '@mha4rdb/db-control';
import { invariant, type NodeId } from '@mha4rdb/kernel';
import { readHostPort, type AgentConfig, type HostPort } from '@mha4rdb/node-runtime';

/** Where the members are, as the edge of one agent needs it. */
export interface MemberAddresses {
  /** The data members' databases, this one's too. */
  readonly databases: readonly DatabaseAddress[];
  /** The hosts of all others: their standbys stream before the gate. */
  readonly peers: readonly string[];
}

/** What the configuration says: it counts until the replicated list is known. */
export function configuredAddresses(config: AgentConfig): MemberAddresses {
  return {
    databases: config.members.flatMap(({ id, database }) =>
      database === undefined ? [] : [{ node: id, host: database.host, port: database.port }],
    ),
    peers: config.members
      .filter(({ id }) => id !== config.node)
      .map(({ database, address }) => database?.host ?? address.host),
  };
}

/**
 * What the replicated list says. It is empty on a node that joins, before its first snapshot; the
 * configuration helps out then. A member that is no longer listed is nobody's peer.
 */
export function replicatedAddresses(
  { members }: Pick<ClusterState, 'members'>,
  config: AgentConfig,
): MemberAddresses {
  if (members.length === 0) return configuredAddresses(config);
  return {
    databases: members.flatMap(({ id, database }) =>
      database === undefined ? [] : [{ node: id, ...parsed(id, database) }],
    ),
    peers: members
      .filter(({ id }) => id !== config.node)
      .map(({ id, database, address }) => parsed(id, database ?? address).host),
  };
}

export function addressFrom(
  databases: readonly DatabaseAddress[],
  id: NodeId,
): DatabaseAddress | undefined {
  return databases.find(({ node }) => node === id);
}

function parsed(id: NodeId, address: string): HostPort {
  const read = readHostPort(address);
  invariant(read.ok, 'configuration', `the address of ${id} was accepted and is none`, { address });
  return read.value;
}
