import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../exit-code.js';
import { parseTimeout } from '../invocation/duration.js';
import type { GlobalOptions } from '../invocation/global-options.js';
import type { Runner } from '../invocation/invocation.js';
import { loadSimulation } from '../load-simulation.js';
import { FAULT_NAMES, namedFault, type FaultName } from '../simulation/fault-name.js';
import type { SimulationRequest } from '../simulation/request.js';

interface SimulateFlags {
  readonly fault: readonly FaultName[];
  readonly together?: boolean;
  readonly for?: number;
  readonly latency: number;
  readonly seed: number;
  readonly seeds: number;
  readonly svg?: string;
}

const LATENCY_MS = 0.3;
const MOST_RUNS = 100_000;

export function simulateCommand(runner: Runner): Command {
  return new Command('simulate')
    .description('try an agent’s configuration: what a fault would do, and for how long')
    .option('--fault <name>', 'what happens; repeat for more, one after the other', addFault, [])
    .option('--together', 'all faults at one time')
    .option('--for <time>', 'how long each fault lasts (default: until all is seen)', parseTimeout)
    .option('--latency <time>', 'one way between two hosts', parseTimeout, LATENCY_MS)
    .option('--seed <n>', 'which run; the same seed gives the same run', wholeNumber, 1)
    .option('--seeds <n>', 'so many runs, for a distribution of the write gap', wholeNumber, 1)
    .option('--svg <file>', 'draw the run, with --seeds the first one')
    .addHelpText('after', HELP)
    .action((flags: SimulateFlags, command: Command) =>
      runner.guarded('read', async () => (await loadSimulation())(requestOf(flags, command))),
    );
}

const HELP = `
--config is the configuration of an agent or arbiter (agent.yaml); it is read and refused as they do.
No cluster is needed, nothing is touched. Exit codes: 0 done · 1 a write was lost, or writes did not
come back although they should have · 2 usage, or a wrong configuration.

Faults (default: crash for a single node, else power):
${FAULT_NAMES.map((name) => `  ${name.padEnd(18)} ${namedFault(name).what}`).join('\n')}`;

function requestOf(flags: SimulateFlags, command: Command): SimulationRequest {
  const { config, output, timeout } = command.optsWithGlobals<GlobalOptions>();
  if (config === undefined) {
    throw new UsageError('--config FILE is missing: the agent’s configuration to try');
  }
  const limited = command.getOptionValueSourceWithGlobals('timeout') !== 'default';
  return {
    config,
    faults: flags.fault,
    together: flags.together === true,
    forMs: flags.for,
    latencyMs: flags.latency,
    seed: flags.seed,
    seeds: flags.seeds,
    svg: flags.svg,
    format: output,
    timeoutMs: limited ? timeout : undefined,
  };
}

function addFault(text: string, before: readonly FaultName[]): readonly FaultName[] {
  const name = FAULT_NAMES.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(`Known are ${FAULT_NAMES.join(', ')}.`);
  return [...before, name];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_RUNS) {
    throw new InvalidArgumentError(`Write a whole number from 1 to ${MOST_RUNS}.`);
  }
  return value;
}
