import type { RaftOptions } from '@mha4rdb/core';
import { durationOf, nodeIdOf, type NodeId } from '@mha4rdb/kernel';

/** The voters of every Raft model. Interchangeable: nothing depends on which of them is which. */
export const MEMBERS: readonly NodeId[] = [nodeIdOf('a'), nodeIdOf('b'), nodeIdOf('c')];

export const CLUSTER = 'checked';

export function memberAt(place: number): NodeId {
  const id = MEMBERS[place];
  if (id === undefined) throw new RangeError(`no member ${place}`);
  return id;
}

export function placeOf(id: NodeId): number {
  return MEMBERS.indexOf(id);
}

export function optionsOf(id: NodeId): RaftOptions {
  return {
    id,
    clusterName: CLUSTER,
    heartbeat: durationOf(10),
    electionMin: durationOf(100),
    electionMax: durationOf(200),
  };
}
