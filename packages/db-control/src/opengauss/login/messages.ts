/** One message of the server: `whole` as it came, `body` without type and length. */
export interface ServerMessage {
  readonly type: string;
  readonly whole: Buffer;
  readonly body: Buffer;
}

const HEAD = 5;
/** Nothing that a server says before the login is over comes near; else it is another protocol. */
const LONGEST = 30_000;

/** Cuts what arrives into messages. */
export class MessageReader {
  private buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
  }

  /** The next message that is complete; `foreign` when this is another protocol. */
  next(): ServerMessage | 'incomplete' | 'foreign' {
    if (this.buffer.length < HEAD) return 'incomplete';
    const length = this.buffer.readInt32BE(1);
    if (length < HEAD - 1 || length > LONGEST) return 'foreign';
    if (this.buffer.length < length + 1) return 'incomplete';
    const whole = this.buffer.subarray(0, length + 1);
    this.buffer = this.buffer.subarray(length + 1);
    return { type: String.fromCharCode(whole[0] ?? 0), whole, body: whole.subarray(HEAD) };
  }

  /** All that arrived and was not taken; it is given away. */
  rest(): Buffer {
    const rest = this.buffer;
    this.buffer = Buffer.alloc(0);
    return rest;
  }
}

/** The client's answer to a request for a password: `p`, length, text, a zero byte. */
export function passwordMessage(text: string): Buffer {
  const body = Buffer.from(`${text}\0`, 'utf8');
  const head = Buffer.alloc(HEAD);
  head.write('p', 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
