import { Command, CommanderError } from 'commander';
import { completionCommand } from './commands/completion.js';
import { doctorCommand } from './commands/doctor.js';
import { configCommand } from './commands/config.js';
import { explainCommand } from './commands/explain.js';
import { failoverCommand } from './commands/failover.js';
import { historyCommand } from './commands/history.js';
import { initCommand } from './commands/init.js';
import { maintenanceCommand } from './commands/maintenance.js';
import { memberCommand } from './commands/member.js';
import { pauseCommand } from './commands/pause.js';
import { reinitCommand } from './commands/reinit.js';
import { restartCommand } from './commands/restart.js';
import { resumeCommand } from './commands/resume.js';
import { simulateCommand } from './commands/simulate.js';
import { statusCommand } from './commands/status.js';
import { switchoverCommand } from './commands/switchover.js';
import { topologyCommand } from './commands/topology.js';
import { watchCommand } from './commands/watch.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { addGlobalOptions } from './invocation/global-options.js';
import { Runner } from './invocation/invocation.js';
import { VERSION } from './version.js';

const COMMANDS = [
  statusCommand,
  topologyCommand,
  watchCommand,
  historyCommand,
  explainCommand,
  doctorCommand,
  switchoverCommand,
  failoverCommand,
  pauseCommand,
  resumeCommand,
  maintenanceCommand,
  restartCommand,
  reinitCommand,
  configCommand,
  simulateCommand,
  memberCommand,
  initCommand,
];

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 usage · 3 refused, state unchanged · 4 unknown, may still run ·
5 no member reachable · 6 not permitted. status: 0 healthy · 10 degraded · 11 unavailable.`;

/** Runs `mhactl` with this argv and answers its exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const runner = new Runner();
  const program = addGlobalOptions(new Command('mhactl'))
    .description('Asks and steers an mha4rdb cluster.')
    .version(VERSION, '-V, --version')
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see mhactl --help)');
  for (const command of COMMANDS) program.addCommand(command(runner));
  program.addCommand(completionCommand(runner, program));
  inherit(program);
  try {
    await program.parseAsync(argv);
    return runner.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

/** A command that was made apart from the program does not get the program's settings by itself. */
function inherit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}
