import { stringify } from 'yaml';
import type { Format } from '../invocation/global-options.js';

/** Prints a value for programs as it is, or for people as `text` makes it. Nothing else goes to standard output. */
export function print(format: Format, value: unknown, text: (wide: boolean) => string): void {
  switch (format) {
    case 'json':
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      return;
    case 'yaml':
      process.stdout.write(stringify(value));
      return;
    case 'table':
    case 'wide':
      process.stdout.write(`${text(format === 'wide')}\n`);
      return;
  }
}
