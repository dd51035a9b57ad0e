/** One character for each moment: 1 to 9, then letters; the same in the list. */
export function labelOf(index: number): string {
  return index < 35 ? (index + 1).toString(36) : '+';
}
