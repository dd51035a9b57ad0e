import pino, { type Logger } from 'pino';
import { prettyLines } from './pretty-lines.js';

export type { Logger };

export interface LogOptions {
  readonly level: string;
  /** For people at a terminal; programs read JSON lines. */
  readonly pretty: boolean;
  readonly node: string;
}

/** JSON lines on standard output, one per decision, with `event`, `node` and, where known, `epoch`. */
export function createLogger({ level, pretty, node }: LogOptions): Logger {
  const options = {
    level,
    base: { node },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Written at once: a decision that is lost in a buffer cannot explain the crash after it.
  return pino(options, pretty ? prettyLines(process.stdout) : pino.destination({ sync: true }));
}
