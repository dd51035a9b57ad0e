/**
 * A process that listens to a cluster through `@mha4rdb/client`, as an application would. Input: one
 * JSON line with the endpoints. Output: one JSON line for each event, with the wall clock.
 */
import { createInterface } from 'node:readline';
import { connectCluster } from '@mha4rdb/client';
import type { ClientEventLine } from './client-events.js';

const stop = new AbortController();

async function listen(endpoints: readonly string[]): Promise<void> {
  const cluster = connectCluster({ endpoints, insecure: true });
  for await (const event of cluster.watch({ signal: stop.signal })) {
    const line: ClientEventLine = { wallAt: Date.now(), ...event };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  await cluster.close();
}

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  listen(JSON.parse(line) as string[]).catch((error: unknown) => {
    if (!stop.signal.aborted) process.stderr.write(`${String(error)}\n`);
  });
});
input.on('close', () => {
  stop.abort();
  setTimeout(() => process.exit(0), 200);
});
