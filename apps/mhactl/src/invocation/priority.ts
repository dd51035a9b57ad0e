import { InvalidArgumentError } from 'commander';

/** As the configuration's `members[].priority`. */
export function parsePriority(text: string): number {
  const value = Number(text);
  if (!/^\d{1,7}$/.test(text) || value > 1_000_000) {
    throw new InvalidArgumentError('Write a whole number from 0 to 1000000.');
  }
  return value;
}
