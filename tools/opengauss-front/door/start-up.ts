/** What a client says first, on an untyped message of its length. */
export type Hello =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'cancel'; readonly whole: Buffer }
  | {
      readonly kind: 'start';
      readonly major: number;
      readonly minor: number;
      readonly parameters: ReadonlyMap<string, string>;
      readonly length: number;
    };

const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;

/** Versions that openGauss accepts (`postmaster.cpp`, about line 703). */
export function isAccepted(major: number, minor: number, newestMinor: number): boolean {
  return (major === 2 && minor === 0) || (major === 3 && [0, 50, 51].includes(minor))
    ? minor <= newestMinor
    : false;
}

export function readHello(buffer: Buffer): Hello {
  if (buffer.length < 8) return { kind: 'incomplete' };
  const length = buffer.readInt32BE(0);
  if (buffer.length < length) return { kind: 'incomplete' };
  const code = buffer.readInt32BE(4);
  if (code === SSL_REQUEST) return { kind: 'tls' };
  if (code === CANCEL_REQUEST) return { kind: 'cancel', whole: buffer.subarray(0, length) };
  const words = buffer.toString('utf8', 8, length).split('\0');
  const parameters = new Map<string, string>();
  for (let i = 0; words[i] !== undefined && words[i] !== ''; i += 2) {
    parameters.set(words[i] ?? '', words[i + 1] ?? '');
  }
  return { kind: 'start', major: code >>> 16, minor: code & 0xffff, parameters, length };
}

/** The same start as PostgreSQL understands it. */
export function postgresStart(parameters: ReadonlyMap<string, string>): Buffer {
  const words = [...parameters].map(([name, value]) => `${name}\0${value}\0`).join('');
  const body = Buffer.from(`${words}\0`, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}
