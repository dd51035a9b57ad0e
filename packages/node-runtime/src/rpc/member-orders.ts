import { Code } from '@connectrpc/connect';
import type { Member, MemberChanges } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import type { AddMemberRequest, ChangeMemberRequest } from '@mha4rdb/proto';
import { hostPortText, readHostPort, readNodeId } from '../config/scalar-readers.js';
import { failure } from './failure.js';

/** The member as the replicated list would hold it, read as strictly as a configuration is. */
export function newMemberOf(wire: AddMemberRequest): Member {
  const { role, priority } = wire;
  if (role !== 'data' && role !== 'arbiter') {
    throw malformed('role', `"${role}" is no role`, 'data or arbiter');
  }
  const id = knownIdOf(wire.id);
  const address = hostPortIn('address', wire.address);
  const database = wire.database === undefined ? null : hostPortIn('database', wire.database);
  if (role === 'data' && database === null) {
    throw malformed('database', 'is missing: a data member has one', 'HOST:PORT of its database');
  }
  if (role === 'arbiter' && database !== null) {
    throw malformed('database', 'an arbiter has none', 'no database');
  }
  const kept = wire.noFailover || wire.noSync;
  if (role === 'arbiter' && kept) {
    throw malformed('no_failover, no_sync', 'an arbiter has no database', 'neither of them');
  }
  return {
    id,
    role,
    address,
    priority,
    ...(database !== null && { database }),
    ...(wire.noFailover && { noFailover: true as const }),
    ...(wire.noSync && { noSync: true as const }),
  };
}

/** What shall change of a member: at least one thing. */
export function changesOf({ priority, noFailover, noSync }: ChangeMemberRequest): MemberChanges {
  if (priority === undefined && noFailover === undefined && noSync === undefined) {
    throw malformed('changes', 'there are none', 'priority, no_failover or no_sync');
  }
  return {
    ...(priority !== undefined && { priority }),
    ...(noFailover !== undefined && { noFailover }),
    ...(noSync !== undefined && { noSync }),
  };
}

export function knownIdOf(text: string): NodeId {
  const id = readNodeId(text);
  if (id.ok) return id.value;
  throw malformed('id', `"${text}" is no node id`, 'lower-case letters, digits and hyphens');
}

function hostPortIn(field: string, text: string): string {
  const read = readHostPort(text);
  if (read.ok) return hostPortText(read.value);
  throw malformed(field, `"${text}" is not HOST:PORT`, 'such as 10.77.0.14:7400');
}

function malformed(field: string, what: string, expected: string): Error {
  return failure(Code.InvalidArgument, {
    reasonCode: 'bad-request',
    message: `${field}: ${what}`,
    remedy: `expected ${expected}`,
  });
}
