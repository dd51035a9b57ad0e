import { Command } from 'commander';
import { UsageError } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

interface FailoverFlags extends OrderFlags {
  readonly to?: string;
  readonly allowDataLoss?: boolean;
  readonly reason?: string;
}

export function failoverCommand(runner: Runner): Command {
  return addOrderFlags(new Command('failover'))
    .description('appoint another primary without the old one’s help')
    .option('--to <id>', 'the member that takes over (default: the best candidate)')
    .option('--allow-data-loss', 'appoint without evidence: acknowledged writes may be lost')
    .option('--reason <text>', 'why; recorded, and required with --allow-data-loss')
    .action(({ to, allowDataLoss = false, reason, ...flags }: FailoverFlags, command: Command) =>
      runner.withCluster(command, 'order', async (invocation) => {
        if (allowDataLoss && (reason ?? '').trim() === '') {
          throw new UsageError('--allow-data-loss needs --reason TEXT: it is recorded for good');
        }
        const loss = allowDataLoss ? ' Acknowledged writes may be LOST.' : '';
        return carryOut(
          invocation,
          {
            name: 'failover',
            to,
            question: `Fail over to ${to ?? 'the best candidate'}?${loss}`,
            give: (options) =>
              invocation.cluster.admin.failover({ ...options, to, allowDataLoss, reason }),
          },
          flags,
        );
      }),
    );
}
