import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../exit-code.js';
import { defaultConfigFile } from '../invocation/config-file.js';
import type { GlobalOptions } from '../invocation/global-options.js';
import type { Runner } from '../invocation/invocation.js';

const EXAMPLE = `# mhactl: the clusters that you look after. Flags and MHACTL_ENDPOINTS rule over this file.
current: main                     # used unless --context says another
contexts:
  main:
    endpoints:                    # HOST:PORT of some members; the others are learned
      - 10.77.0.11:7400
      - 10.77.0.12:7400
    # ca: ca.pem                  # authorities to trust; relative to this file
    # cert: me.pem                # a client certificate, where the cluster asks for one
    # key: me.key
    # tokenFile: token            # an operator's or viewer's token
    # insecure: true              # speak http; only for loopback and private networks
`;

export function initCommand(runner: Runner): Command {
  return new Command('init')
    .description('write a commented configuration file; keeps one that is there')
    .action((_options, command: Command) =>
      runner.guarded('order', async () => {
        const { config } = command.optsWithGlobals<GlobalOptions>();
        const file = config ?? defaultConfigFile(process.env);
        mkdirSync(dirname(file), { recursive: true });
        try {
          writeFileSync(file, EXAMPLE, { flag: 'wx', mode: 0o600 });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
          process.stderr.write(`error: ${file} is there already and is kept as it is\n`);
          return EXIT.refused;
        }
        process.stdout.write(`${file}\n`);
        return EXIT.done;
      }),
    );
}
