import { Command, Option } from 'commander';
import { UsageError, type ExitCode } from '../exit-code.js';
import type { Invocation, Runner } from '../invocation/invocation.js';
import { parseMoment } from '../invocation/moment.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

interface SwitchoverFlags extends OrderFlags {
  readonly to?: string;
  readonly at?: Date;
  readonly cancel?: boolean;
  readonly force?: boolean;
}

export function switchoverCommand(runner: Runner): Command {
  return addOrderFlags(new Command('switchover'))
    .description('hand the primary over to another member, with nothing lost')
    .option('--to <id>', 'the member that takes over (default: the best candidate)')
    .addOption(
      new Option(
        '--at <time>',
        'not now, but then: 2026-12-01T02:00Z, or +10m; `status` shows it',
      ).argParser((text: string) => parseMoment(text)),
    )
    .option('--cancel', 'withdraw what waits for its time, or what has not stopped the primary yet')
    .option('--force', 'do not wait for applications to become ready')
    .action((flags: SwitchoverFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) => switchover(invocation, flags)),
    );
}

async function switchover(invocation: Invocation, flags: SwitchoverFlags): Promise<ExitCode> {
  const { to, at, cancel = false, force = false, ...order } = flags;
  const { admin } = invocation.cluster;
  if (cancel) {
    if (to !== undefined || at !== undefined || force) {
      throw new UsageError('--cancel withdraws whatever is planned: give it alone');
    }
    // It ends with its commit, and the history item of what it withdrew says so.
    return carryOut(
      invocation,
      {
        name: 'switchover --cancel',
        taken: 'withdrawn',
        give: (options) => admin.cancelSwitchover(options),
      },
      { ...order, wait: false },
    );
  }
  const name = to ?? 'the best candidate';
  if (at === undefined) {
    return carryOut(
      invocation,
      {
        name: 'switchover',
        to,
        question: `Hand the primary over to ${name}?`,
        give: (options) => admin.switchover({ ...options, to, force }),
      },
      order,
    );
  }
  const when = at.toISOString();
  return carryOut(
    invocation,
    {
      name: 'switchover',
      question: `Hand the primary over to ${name} at ${when}?`,
      taken: `scheduled for ${when}`,
      give: (options) => admin.switchover({ ...options, to, at }),
    },
    { ...order, wait: false },
  );
}
