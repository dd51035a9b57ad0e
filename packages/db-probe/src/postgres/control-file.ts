const TWO_32 = 0x1_0000_0000n;

/** Bytes of `global/pg_control` that `systemIdOf` needs. */
export const SYSTEM_ID_BYTES = 8;

/**
 * The system identifier from the start of `global/pg_control`, as the server prints it. It has been
 * the file's first field, in the machine's byte order, in every version since 8.0; this reads
 * little-endian machines, the only ones that PostgreSQL's Linux packages of today are built for
 * besides s390x.
 */
export function systemIdOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < SYSTEM_ID_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SYSTEM_ID_BYTES);
  const id = BigInt(view.getUint32(4, true)) * TWO_32 + BigInt(view.getUint32(0, true));
  return id === 0n ? undefined : id.toString();
}
