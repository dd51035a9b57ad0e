import type { Contact } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import type { KnownMember } from '@mha4rdb/proto';
import { hostPortText, readHostPort, readNodeId } from '../config/scalar-readers.js';
import { InvalidFrame } from './wire-values.js';

/** A member as another one names it, read as strictly as a configuration is: links go there. */
export function contactOf({ id, address }: Pick<KnownMember, 'id' | 'address'>): Contact {
  return { id: idIn(id), address: addressIn(address) };
}

export function idIn(text: string): NodeId {
  const read = readNodeId(text);
  if (!read.ok) throw new InvalidFrame(`"${text}" is no node id`);
  return read.value;
}

/** `HOST:PORT`. */
export function addressIn(text: string): string {
  const read = readHostPort(text);
  if (!read.ok) throw new InvalidFrame(`"${text}" is not HOST:PORT`);
  return hostPortText(read.value);
}
