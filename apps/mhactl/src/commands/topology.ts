import { Command } from 'commander';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { print } from '../render/print.js';
import { topologyOf, topologyTree } from '../render/topology-tree.js';

export function topologyCommand(runner: Runner): Command {
  return new Command('topology')
    .description('who replicates from whom, with lag')
    .action((_options, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format }) => {
        const topology = topologyOf(await cluster.status());
        print(format, topology, () => topologyTree(topology));
        return EXIT.done;
      }),
    );
}
