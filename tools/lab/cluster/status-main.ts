/**
 * A process on the client's host that asks the cluster for its status through `@mha4rdb/client`, so
 * that waiting for a condition does not start a program for each look. Input: one JSON line with
 * the endpoints, then one line with a number for each question. Output: a {@link StatusAnswer} each.
 */
import { createInterface } from 'node:readline';
import { type Cluster, connectCluster } from '@mha4rdb/client';
import type { StatusAnswer } from './status-source.js';

const TIMEOUT_MS = 3_000;
let cluster: Cluster | undefined;

async function answer(asked: number, from: Cluster): Promise<StatusAnswer> {
  try {
    return { asked, status: await from.status({ timeoutMs: TIMEOUT_MS }) };
  } catch (error) {
    return { asked, error: error instanceof Error ? error.message : String(error) };
  }
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (cluster === undefined) {
    cluster = connectCluster({ endpoints: JSON.parse(line) as string[], insecure: true });
    return;
  }
  void answer(Number(line), cluster).then((found) =>
    process.stdout.write(`${JSON.stringify(found)}\n`),
  );
});
input.on('close', () => process.exit(0));
