import { Command } from 'commander';
import { UsageError } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { workStep } from '../render/member-text.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

/** A server may have a long log to replay before it answers. */
const RESTART_TIMEOUT_MS = 600_000;

interface RestartFlags extends OrderFlags {
  readonly all?: boolean;
  readonly inPlace?: boolean;
}

export function restartCommand(runner: Runner): Command {
  return addOrderFlags(new Command('restart'))
    .description('restart database servers one after the other, standbys first')
    .argument('[id...]', 'the members')
    .option('--all', 'all of them')
    .option('--in-place', 'restart the primary where it is, instead of handing over to a standby')
    .action((ids: string[], { all = false, inPlace = false, ...flags }: RestartFlags, command) => {
      const who = all ? 'all databases' : ids.join(', ');
      return runner.withCluster(
        command as Command,
        'order',
        (invocation) => {
          if (all === ids.length > 0) throw new UsageError('name members, or give --all');
          return carryOut(
            invocation,
            {
              name: `restart ${all ? '--all' : ids.join(' ')}`,
              question: `Restart ${who}?`,
              give: (options) => invocation.cluster.admin.restart({ ...options, ids, inPlace }),
              progress: workStep,
            },
            flags,
          );
        },
        RESTART_TIMEOUT_MS,
      );
    });
}
