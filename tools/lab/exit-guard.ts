import type { FoundLab } from './lab-directory.js';
import { demolish } from './sweep.js';

const guarded = new Map<string, FoundLab>();
let installed = false;

/** Makes sure that a lab is gone when this process is, however it ends (SIGKILL: see sweep). */
export function guardAtExit(lab: FoundLab): void {
  guarded.set(lab.directory, lab);
  if (installed) return;
  installed = true;
  process.on('exit', () => {
    for (const { directory, state } of guarded.values()) demolish({ directory, state });
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number));
  }
}

/** The lab is gone, or stays on purpose. */
export function unguard(directory: string): void {
  guarded.delete(directory);
}
