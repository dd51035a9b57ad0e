import { writeFileSync } from 'node:fs';
import { drawSvg } from '@mha4rdb/simulator';
import { EXIT, type ExitCode } from './exit-code.js';
import { print } from './render/print.js';
import { captionOf } from './simulation/caption-of.js';
import { play, type Play } from './simulation/play.js';
import { readConfig, type Setup } from './simulation/read-config.js';
import { reportOf, runReportOf, type RunReport } from './simulation/report.js';
import { reportText } from './simulation/report-text.js';
import type { SimulationRequest } from './simulation/request.js';
import { impossible, usualFaults } from './simulation/scene.js';
import { terminalOf } from './simulation/terminal.js';

/**
 * Runs a configuration through the simulator and shows what would happen. A bundle of its own, loaded
 * only for this: the other commands are no slower for it.
 */
export function runSimulation(asked: SimulationRequest): ExitCode {
  const read = readConfig(asked.config, process.env);
  if (!read.ok) return refuse(read.problems);
  if (read.warnings !== '') process.stderr.write(`${read.warnings}\n`);
  const { setup } = read;
  const request = { ...asked, faults: asked.faults.length > 0 ? asked.faults : usualFaults(setup) };
  const no = impossible(request.faults, setup);
  if (no !== null) return refuse(`error: ${no}`);
  const { runs, shown } = playAll(request, setup);
  const report = reportOf(request, setup, runs, shown);
  if (request.svg !== undefined && shown.result.record !== null) {
    const failure = write(
      request.svg,
      drawSvg(shown.result.record, captionOf(report, shown, setup)),
    );
    if (failure !== null) return refuse(`error: ${failure}`);
  }
  const terminal = terminalOf(process.stdout, process.env);
  print(request.format, report, () => reportText(report, shown, setup, terminal));
  return report.result === 'pass' && runs.length === request.seeds ? EXIT.done : EXIT.failed;
}

/** All seeds; what is kept of each run is small, but of the first, which is shown. */
function playAll(
  request: SimulationRequest,
  setup: Setup,
): { readonly runs: readonly RunReport[]; readonly shown: Play } {
  const end = performance.now() + (request.timeoutMs ?? Infinity);
  const shown = play(request, setup, request.seed);
  const runs = [runReportOf(shown, setup)];
  const progress = process.stderr.isTTY && request.seeds > 1;
  for (let seed = request.seed + 1; seed < request.seed + request.seeds; seed++) {
    if (performance.now() > end) {
      process.stderr.write(`stopped after ${runs.length} of ${request.seeds} runs: --timeout\n`);
      break;
    }
    runs.push(runReportOf(play(request, setup, seed), setup));
    if (progress) process.stderr.write(`\r${runs.length} of ${request.seeds} runs `);
  }
  if (progress) process.stderr.write('\r\u001b[K');
  return { runs, shown };
}

function refuse(problems: string): ExitCode {
  process.stderr.write(`${problems}\n`);
  return EXIT.usage;
}

function write(file: string, text: string): string | null {
  try {
    writeFileSync(file, text);
    return null;
  } catch (error) {
    return `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
