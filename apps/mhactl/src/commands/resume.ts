import { Command } from 'commander';
import type { Runner } from '../invocation/invocation.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

export function resumeCommand(runner: Runner): Command {
  return addOrderFlags(new Command('resume'))
    .description('fail over automatically again')
    .action((flags: OrderFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) =>
        carryOut(
          invocation,
          { name: 'resume', give: (options) => invocation.cluster.admin.resume(options) },
          flags,
        ),
      ),
    );
}
