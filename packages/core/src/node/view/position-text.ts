/** A log position as PostgreSQL writes it: two hexadecimal halves, `0/5000060`. */
export function formatLsn(lsn: number): string {
  const high = Math.floor(lsn / 0x1_0000_0000);
  return `${high.toString(16)}/${(lsn % 0x1_0000_0000).toString(16)}`.toUpperCase();
}
