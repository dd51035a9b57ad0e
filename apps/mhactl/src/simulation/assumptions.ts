import { ASSUMED_MS, COPY_PARTS } from '@mha4rdb/simulator';
import type { SimulationRequest } from './request.js';

/** What is real, what is assumed, and what is left out: a figure without them is worth nothing. */
export function assumptions(request: SimulationRequest): readonly string[] {
  const { start, promote, rewindCompare, rewindCopy, copyPart } = ASSUMED_MS;
  const rewind = [rewindCompare[0] + rewindCopy[0], rewindCompare[1] + rewindCopy[1]] as const;
  const copy = [COPY_PARTS[0] * copyPart[0], COPY_PARTS[1] * copyPart[1]] as const;
  return [
    'A simulation: every decision is made by the code that agents run; databases, disks, network, kernel and clients are modelled, and nothing was touched.',
    `Assumed, drawn anew each time: start ${range(start)}, promotion ${range(promote)}, rewind ${range(rewind)}, copy ${range(copy)}, fsync 0.2–2.2 ms, network about ${request.latencyMs} ms one way, clocks up to 1 % wrong in rate. Two clients write one row after the other, wait 1 s at most, and find the virtual address at once.`,
    'Not modelled: the size of your data and its load (copies, crash recovery, checkpoints and replay take longer on real ones), hosts that are short of CPU, switches and ARP caches that learn late, connection pools.',
  ];
}

function range([least, most]: readonly [number, number]): string {
  return most < 1000 ? `${least}–${most} ms` : `${least / 1000}–${most / 1000} s`;
}
