import { Command } from 'commander';
import { EXIT } from '../exit-code.js';
import type { Runner } from '../invocation/invocation.js';
import { print } from '../render/print.js';
import { diagnosisText } from '../render/diagnosis-text.js';

export function doctorCommand(runner: Runner): Command {
  return new Command('doctor')
    .description(
      'look at every host and at the network between them; exit 1 if anything is serious',
    )
    .action((_options, command: Command) =>
      runner.withCluster(command, 'read', async ({ cluster, format, leftMs }) => {
        const diagnosis = await cluster.diagnose({ timeoutMs: leftMs() });
        print(format, diagnosis, (wide) => diagnosisText(diagnosis, wide));
        return diagnosis.ok ? EXIT.done : EXIT.failed;
      }),
    );
}
