import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import type { HostProblem } from './host-problem.js';

/** Can this program keep its log there? A directory that is not there yet is made at the first start. */
export function checkDataDir(dataDir: string): readonly HostProblem[] {
  let directory = path.resolve(dataDir);
  while (!existsSync(directory)) directory = path.dirname(directory);
  try {
    accessSync(directory, constants.W_OK);
    return [];
  } catch (error) {
    return [
      {
        message: `dataDir: cannot write to ${directory}: ${error instanceof Error ? error.message : String(error)}`,
        remedy: `give ${dataDir} to the user that runs this program, or name another directory`,
      },
    ];
  }
}
