import { runProgram, serveNode } from '@mha4rdb/node-runtime';
import { version } from '../package.json';
import { checkHost } from './check-host.js';
import { runAgent } from './run-agent.js';

void runProgram(
  {
    kind: 'agent',
    name: 'mha-agent',
    version,
    summary: 'Watches one database, votes, promotes, fences, and holds the virtual address.',
    check: checkHost,
    serve: (config, reload) =>
      serveNode(config, reload, ({ logger, ...hooks }) =>
        runAgent(config, { ...hooks, log: (event, fields) => logger.info({ event, ...fields }) }),
      ),
  },
  process.argv.slice(2),
).then((status) => process.exit(status));
