import type { Context } from './context.js';
import { EngineFailure } from './failure.js';

/**
 * What is told of a server that ended by itself meanwhile, in the words of its own log. A full disk has a
 * code and a way out of its own: nothing else is wrong with the directory.
 */
export function serverEnded({ server, layout }: Context, when: string): EngineFailure {
  const said = server.logTail();
  const message = `the server ended ${when}: ${said}`;
  return said.includes('No space left on device')
    ? new EngineFailure(
        'no-space',
        message,
        `Free space where ${layout.dataDir} and its pg_wal are.`,
      )
    : new EngineFailure('process-failed', message, `Read ${layout.serverLog}.`);
}
