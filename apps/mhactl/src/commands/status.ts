import { Command } from 'commander';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { print } from '../render/print.js';
import { statusTable } from '../render/status-table.js';

const EXIT_BY_VERDICT = {
  healthy: EXIT.done,
  degraded: EXIT.degraded,
  unavailable: EXIT.unavailable,
} as const;

export function statusCommand(runner: Runner): Command {
  return new Command('status')
    .description('the cluster as it is now; exits 0 healthy, 10 degraded, 11 unavailable')
    .action((_options, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const status = await cluster.status();
        print(format, status, (wide) => statusTable(status, wide));
        return EXIT_BY_VERDICT[status.verdict];
      }),
    );
}
