import { Command } from 'commander';
import type { Setting } from '@mha4rdb/client';
import { EXIT, UsageError } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { print } from '../render/print.js';
import { table } from '../render/table.js';
import { addOrderFlags, carryOut, type OrderFlags } from './order.js';

export function configCommand(runner: Runner): Command {
  return new Command('config')
    .description('the replicated settings, the same on every member')
    .addCommand(showCommand(runner))
    .addCommand(setCommand(runner));
}

function showCommand(runner: Runner): Command {
  return new Command('show').description('all of them, and their revision').action((_, command) =>
    runner.withCluster(command as Command, 'read', async ({ cluster, format }) => {
      const shown = await cluster.settings();
      print(format, shown, () =>
        [
          `revision ${shown.revision}`,
          table(
            ['SETTING', 'VALUE'],
            shown.settings.map(({ key, value }) => [key, value]),
          ),
        ].join('\n'),
      );
      return EXIT.done;
    }),
  );
}

interface SetFlags extends OrderFlags {
  readonly revision?: string;
}

function setCommand(runner: Runner): Command {
  return addOrderFlags(new Command('set'))
    .description('change some of them, all or none')
    .argument('<key=value...>', 'such as durability.mode=all')
    .option('--revision <n>', 'only if they are still of this revision')
    .action((pairs: string[], { revision, ...flags }: SetFlags, command: Command) =>
      runner.withCluster(command, 'order', (invocation) => {
        const changes = pairs.map(settingOf);
        const compared = revision === undefined ? {} : { revision: revisionOf(revision) };
        return carryOut(
          invocation,
          {
            name: 'config set',
            give: (options) =>
              invocation.cluster.admin.updateSettings(changes, { ...options, ...compared }),
          },
          flags,
        );
      }),
    );
}

function settingOf(pair: string): Setting {
  const at = pair.indexOf('=');
  if (at < 1) throw new UsageError(`"${pair}" is not KEY=VALUE`);
  return { key: pair.slice(0, at), value: pair.slice(at + 1) };
}

function revisionOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--revision: "${text}" is no number`);
}
