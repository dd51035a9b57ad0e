import type { ClusterEvent } from '@mha4rdb/client';
import type { Lab } from './lab.js';
import { Worker } from './worker.js';

/** An event of the client library, with the wall clock of the client's process. */
export type ClientEventLine = ClusterEvent & { readonly wallAt: number };

/** Starts a process on the client's host that listens to the cluster through the client library. */
export function listenAsClient(lab: Lab): Worker<ClientEventLine> {
  const log = `${lab.directory}/client-events.jsonl`;
  return new Worker('client-events-main', lab.client.command([]), log, lab.endpoints);
}
