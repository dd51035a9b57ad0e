import { Command } from 'commander';
import type { Runner } from '../invocation/invocation.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

interface SwitchoverFlags extends OrderFlags {
  readonly to?: string;
  readonly force?: boolean;
}

export function switchoverCommand(runner: Runner): Command {
  return addOrderFlags(new Command('switchover'))
    .description('hand the primary over to another member, with nothing lost')
    .option('--to <id>', 'the member that takes over (default: the best candidate)')
    .option('--force', 'do not wait for applications to become ready')
    .action(({ to, force = false, ...flags }: SwitchoverFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) =>
        carryOut(
          invocation,
          {
            name: 'switchover',
            to,
            question: `Hand the primary over to ${to ?? 'the best candidate'}?`,
            give: (options) => invocation.cluster.admin.switchover({ ...options, to, force }),
          },
          flags,
        ),
      ),
    );
}
