import type { Format } from '../invocation/global-options.js';
import type { FaultName } from './fault-name.js';

/** What `mhactl simulate` was asked for. */
export interface SimulationRequest {
  /** The agent's or arbiter's own configuration. */
  readonly config: string;
  readonly faults: readonly FaultName[];
  /** All at one time, instead of one after the other. */
  readonly together: boolean;
  /** How long each fault lasts, in milliseconds; undefined: long enough for everything to be seen. */
  readonly forMs: number | undefined;
  /** One way through the network between two hosts, in milliseconds. */
  readonly latencyMs: number;
  readonly seed: number;
  /** How many runs, with as many seeds. */
  readonly seeds: number;
  readonly svg: string | undefined;
  readonly format: Format;
  /** Milliseconds for all runs together; undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
}
