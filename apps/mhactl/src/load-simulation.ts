import type { ExitCode } from './exit-code.js';
import type { SimulationRequest } from './simulation/request.js';

/** Loads the bundle beside this one; see the package's build. */
export async function loadSimulation(): Promise<(request: SimulationRequest) => ExitCode> {
  return (await import('./simulation.js')).runSimulation;
}
