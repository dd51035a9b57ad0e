import { Command, InvalidArgumentError } from 'commander';
import { ClusterError } from '@mha4rdb/client';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { historyDetail } from '../render/history-detail.js';
import { historyTable } from '../render/history-table.js';
import { print } from '../render/print.js';

interface HistoryFlags {
  readonly last?: number;
}

export function historyCommand(runner: Runner): Command {
  return new Command('history')
    .description('changes of the primary and orders, oldest first, with where the time went')
    .option('--last <n>', 'only the newest so many', parseCount)
    .action(({ last }: HistoryFlags, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const items = await cluster.history(last === undefined ? {} : { last });
        print(format, items, (wide) => historyTable(items, wide));
        return EXIT.done;
      }),
    )
    .addCommand(showCommand(runner));
}

function showCommand(runner: Runner): Command {
  return new Command('show')
    .description('one of them: each step, each candidate, and why')
    .argument('<id>')
    .action((id: string, _options, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const item = (await cluster.history({ id })).find((one) => one.id === id);
        if (item === undefined) {
          throw new ClusterError(
            'not_found',
            'unknown-operation',
            `there is no ${id} in the history`,
          );
        }
        print(format, item, () => historyDetail(item));
        return EXIT.done;
      }),
    );
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a number from 1.');
  return Number(text);
}
