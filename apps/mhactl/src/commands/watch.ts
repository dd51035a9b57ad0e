import { Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { eventLine, watchHeading } from '../render/event-line.js';

interface WatchFlags {
  readonly fromRevision?: number;
}

export function watchCommand(runner: Runner): Command {
  return new Command('watch')
    .description('a line for each event until interrupted; one JSON object a line with -o json')
    .option('--from-revision <n>', 'first what happened after this revision', parseRevision)
    .action(({ fromRevision }: WatchFlags, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const interrupted = new AbortController();
        const interrupt = (): void => interrupted.abort();
        process.once('SIGINT', interrupt);
        process.once('SIGTERM', interrupt);
        const { signal } = interrupted;
        // Says at once, with the exit code for it, when no member is reachable.
        const status = await cluster.status({ signal });
        if (format === 'table' || format === 'wide') {
          process.stdout.write(`${watchHeading(status)}\n`);
        }
        for await (const event of cluster.watch({ signal, fromRevision })) {
          if (format === 'json') process.stdout.write(`${JSON.stringify(event)}\n`);
          else if (format === 'yaml') process.stdout.write(`---\n${stringify(event)}`);
          else process.stdout.write(`${eventLine(event)}\n`);
        }
        return EXIT.done;
      }),
    );
}

function parseRevision(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a number.');
  return Number(text);
}
