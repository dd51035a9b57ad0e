/**
 * A process that writes numbered rows. Reads its {@link WriterConfig} as one JSON line from
 * standard input (a password has no place in argv), writes one JSON line for each attempt, and ends
 * when its input ends. It runs in the client's namespace and survives any database's misbehaviour.
 */
import { createInterface } from 'node:readline';
import { runLane } from './lane.js';
import type { WriterConfig } from './record.js';

// A connection that was given up may still report its end; that is no reason to stop writing.
process.on('unhandledRejection', () => undefined);

/** What has no answer by then was never acknowledged, and need not be waited for. */
const STOP_GRACE_MS = 1_500;

let stop = false;
let started = false;
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (started) return;
  started = true;
  const config = JSON.parse(line) as WriterConfig;
  const lanes = config.lanes.map((lane) =>
    runLane(
      lane,
      config,
      () => stop,
      (record) => process.stdout.write(`${JSON.stringify(record)}\n`),
    ),
  );
  Promise.all(lanes).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
input.on('close', () => {
  stop = true;
  setTimeout(() => process.exit(0), STOP_GRACE_MS);
});
