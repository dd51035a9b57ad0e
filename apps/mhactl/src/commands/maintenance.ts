import { Command } from 'commander';
import type { Runner } from '../invocation/invocation.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

export function maintenanceCommand(runner: Runner): Command {
  return new Command('maintenance')
    .description('take a member aside for work on it, or give it back')
    .addCommand(
      sideCommand(runner, true).description(
        'its database is left alone, it is not appointed; commits stop counting on it',
      ),
    )
    .addCommand(
      sideCommand(runner, false).description('it follows the primary again, as far as it has to'),
    );
}

function sideCommand(runner: Runner, on: boolean): Command {
  return addOrderFlags(new Command(on ? 'on' : 'off'))
    .argument('<id>', 'the member')
    .action((id: string, flags: OrderFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) =>
        carryOut(
          invocation,
          {
            name: `maintenance ${on ? 'on' : 'off'} ${id}`,
            give: (options) => invocation.cluster.admin.maintenance(id, on, options),
          },
          flags,
        ),
      ),
    );
}
