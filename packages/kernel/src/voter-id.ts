import { invariant } from './invariant.js';
import type { NodeId } from './ids.js';

/**
 * Which of a node's Raft directories speaks. 0 is the one with which it founded the cluster; a node
 * that joins (new, or back without its directory) takes a number that it never had before. A Raft
 * identity is node AND life, so that ids are used once for ever (R8): what the former life voted and
 * acknowledged was somebody else's.
 */
export type Life = number & { readonly __brand: 'Life' };

const MARK = '~';

export function lifeOf(value: number): Life {
  invariant(Number.isSafeInteger(value) && value >= 0, 'R8', `${value} is not a life`, { value });
  return value as Life;
}

/** The Raft identity: `n3` for the founding life, `n3~LIFE` for a later one. */
export function voterIdOf(node: NodeId, life: Life): NodeId {
  return life === 0 ? node : (`${node}${MARK}${life}` as NodeId);
}

/** The node that speaks under this Raft identity. */
export function nodeOfVoter(voter: NodeId): NodeId {
  const mark = voter.indexOf(MARK);
  return mark < 0 ? voter : (voter.slice(0, mark) as NodeId);
}

export function lifeOfVoter(voter: NodeId): Life {
  const mark = voter.indexOf(MARK);
  return lifeOf(mark < 0 ? 0 : Number(voter.slice(mark + 1)));
}
