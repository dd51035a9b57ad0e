import { encodeCanonical } from '@mha4rdb/kernel';

/** Something arrived that no node of this version sends; it is dropped, and its sender is named. */
export class InvalidFrame extends Error {
  override readonly name = 'InvalidFrame';
}

/** 64-bit integers become numbers here, once, and only where a number can hold them (A1.8). */
export function numberOf(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new InvalidFrame(`${value} is too great for a counter`);
  }
  return number;
}

export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new InvalidFrame(`${what} is missing`);
  return value;
}

export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(encodeCanonical(value), 'utf8');
}

/** A JSON object; every other JSON value is refused. */
export function jsonOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new InvalidFrame('bytes that are not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidFrame('JSON that is not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}
