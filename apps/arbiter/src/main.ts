import { runNode, runProgram, serveNode } from '@mha4rdb/node-runtime';
import { ok } from '@mha4rdb/kernel';
import { version } from '../package.json';

/** The arbiter: a full voter that may coordinate. It has no database and imports nothing of one. */
void runProgram(
  {
    kind: 'arbiter',
    name: 'mha-arbiter',
    version,
    summary: 'The third vote where there are two databases; it has none itself.',
    check: () => Promise.resolve([]),
    serve: (config, reload) =>
      serveNode(config, reload, async (hooks) => {
        const node = await runNode({ config, role: 'arbiter', edge: null, ...hooks });
        return node.ok ? ok({ node: node.value, close: () => node.value.close() }) : node;
      }),
  },
  process.argv.slice(2),
).then((status) => process.exit(status));
