const LSN = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/;
const HALF = 0x1_0000_0000;

/**
 * Reads PostgreSQL's `0/5000060` as bytes into the log; `undefined` for anything else. Exact up to
 * 2^53 (8 PiB of log), beyond which no cluster of this kind gets; greater ones are refused.
 */
export function parseLsn(text: string): number | undefined {
  const match = LSN.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const lsn = Number.parseInt(match[1], 16) * HALF + Number.parseInt(match[2], 16);
  return Number.isSafeInteger(lsn) ? lsn : undefined;
}

/** Writes bytes into the log as PostgreSQL does: `0/5000060`. */
export function formatLsn(lsn: number): string {
  const high = Math.floor(lsn / HALF);
  return `${high.toString(16)}/${(lsn - high * HALF).toString(16)}`.toUpperCase();
}
