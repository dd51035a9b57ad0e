import { Command } from 'commander';
import type { Runner } from '../invocation/invocation.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

export function pauseCommand(runner: Runner): Command {
  return addOrderFlags(new Command('pause'))
    .description('stop automatic failover; grants and fencing stay as they are')
    .action((flags: OrderFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) =>
        carryOut(
          invocation,
          { name: 'pause', give: (options) => invocation.cluster.admin.pause(options) },
          flags,
        ),
      ),
    );
}
