import { invariant } from './invariant.js';

/** Names one node for all time; never an address (R8, R9: ids are used once). */
export type NodeId = string & { readonly __brand: 'NodeId' };
/** A Raft term. */
export type Term = number & { readonly __brand: 'Term' };
/** A position in the Raft log; the first entry has 1, and 0 is "before all". */
export type LogIndex = number & { readonly __brand: 'LogIndex' };
/** The log index of an `AppointPrimary`: the fencing token of everything that follows from it. */
export type Epoch = number & { readonly __brand: 'Epoch' };
/** Counts the starts of one agent; a later life has the greater number. 0 is "none". */
export type Incarnation = number & { readonly __brand: 'Incarnation' };

const NODE_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A node id is a DNS label: lower-case letters, digits, hyphens; at most 63. */
export function nodeIdOf(text: string): NodeId {
  invariant(NODE_ID.test(text), 'R9', `"${text}" is not a node id`, { text });
  return text as NodeId;
}

export const termOf = (value: number): Term => counter(value, 'term') as Term;
export const logIndexOf = (value: number): LogIndex => counter(value, 'log index') as LogIndex;
export const epochOf = (value: number): Epoch => counter(value, 'epoch') as Epoch;
export const incarnationOf = (value: number): Incarnation =>
  counter(value, 'incarnation') as Incarnation;

function counter(value: number, what: string): number {
  invariant(Number.isSafeInteger(value) && value >= 0, 'A1.8', `${value} is not a ${what}`, {
    value,
  });
  return value;
}
