import { Command } from 'commander';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { explanationTable } from '../render/explanation-table.js';
import { print } from '../render/print.js';

export function explainCommand(runner: Runner): Command {
  return new Command('explain')
    .description('would a failover work now, to whom, and if not why')
    .action((_options, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const explanation = await cluster.explain();
        print(format, explanation, () => explanationTable(explanation));
        return EXIT.done;
      }),
    );
}
