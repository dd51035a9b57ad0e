import { LIMITS } from '@mha4rdb/kernel';
import { InvalidFrame } from './wire-values.js';

/** A message of Connect's streaming protocol: one byte of flags, four of length, then the bytes. */
const HEAD_BYTES = 5;
const END_OF_STREAM = 2;
const MOST_BYTES = 4 * LIMITS.messageBytes;

/** How a stream ended: nothing, or an error in Connect's words. */
export interface StreamEnd {
  readonly error?: { readonly code: string; readonly message: string };
}

export function messageEnvelope(bytes: Uint8Array): Buffer {
  return envelope(0, bytes);
}

export function endEnvelope(end: StreamEnd): Buffer {
  return envelope(END_OF_STREAM, Buffer.from(JSON.stringify(end), 'utf8'));
}

function envelope(flags: number, bytes: Uint8Array): Buffer {
  const all = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  all.writeUInt8(flags, 0);
  all.writeUInt32BE(bytes.length, 1);
  all.set(bytes, HEAD_BYTES);
  return all;
}

export type Enveloped =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  | { readonly kind: 'end'; readonly end: StreamEnd };

/** Cuts a stream of bytes into its envelopes; keeps what is not whole yet. */
export class EnvelopeReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Throws `InvalidFrame` for what is too long, or compressed (nothing here asks for that). */
  read(chunk: Buffer): readonly Enveloped[] {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const found: Enveloped[] = [];
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const flags = bytes.readUInt8(at);
      const length = bytes.readUInt32BE(at + 1);
      if (length > MOST_BYTES) throw new InvalidFrame(`a message of ${length} bytes`);
      const end = at + HEAD_BYTES + length;
      if (bytes.length < end) break;
      found.push(opened(flags, bytes.subarray(at + HEAD_BYTES, end)));
      at = end;
    }
    this.rest = bytes.subarray(at);
    return found;
  }
}

function opened(flags: number, bytes: Buffer): Enveloped {
  if (flags === 0) return { kind: 'message', bytes };
  if (flags !== END_OF_STREAM) throw new InvalidFrame(`an envelope with flags ${flags}`);
  return { kind: 'end', end: JSON.parse(bytes.toString('utf8')) as StreamEnd };
}
