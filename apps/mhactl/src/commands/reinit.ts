import { Command } from 'commander';
import type { Runner } from '../invocation/invocation.js';
import { workStep } from '../render/member-text.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

/** A whole database is copied while the command waits. */
const REINIT_TIMEOUT_MS = 600_000;

export function reinitCommand(runner: Runner): Command {
  return addOrderFlags(new Command('reinit'))
    .description("copy a standby's data anew from the primary; the old directory is kept aside")
    .argument('<id>', 'the standby')
    .action((id: string, flags: OrderFlags, command: Command) =>
      runner.withCluster(
        command,
        'order',
        (invocation) =>
          carryOut(
            invocation,
            {
              name: `reinit ${id}`,
              question: `Copy the data of ${id} anew?`,
              give: (options) => invocation.cluster.admin.reinitialize(id, options),
              progress: workStep,
            },
            flags,
          ),
        REINIT_TIMEOUT_MS,
      ),
    );
}
