/** Messages of protocol 3 as a server writes them. */

/** `R` with a code and what belongs to it. */
export function authentication(
  code: number,
  ...parts: readonly (number | string | Buffer)[]
): Buffer {
  return message('R', int32(code), ...parts.map(bytesOf));
}

export function parameterStatus(name: string, value: string): Buffer {
  return message('S', text(name), text(value));
}

/** FATAL as openGauss reports it, with its field `c`, which PostgreSQL does not have. */
export function fatal(sqlState: string, words: string): Buffer {
  const fields = [`SFATAL`, `C${sqlState}`, `c0`, `M${words}`, `Fpostmaster.cpp`, `L1`];
  return message('E', ...fields.map(text), Buffer.from([0]));
}

export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
}

/** Cuts a stream of typed messages; answers those that are complete. */
export class MessageCutter {
  private buffer = Buffer.alloc(0);

  add(chunk: Buffer): readonly Buffer[] {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    const complete: Buffer[] = [];
    while (this.buffer.length >= 5) {
      const end = this.buffer.readInt32BE(1) + 1;
      if (this.buffer.length < end) break;
      complete.push(this.buffer.subarray(0, end));
      this.buffer = this.buffer.subarray(end);
    }
    return complete;
  }

  rest(): Buffer {
    return this.buffer;
  }
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'utf8');
}

function bytesOf(part: number | string | Buffer): Buffer {
  if (typeof part === 'number') return int32(part);
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
}
