import { userInfo } from 'node:os';
import type { PostgresConfig } from './config.js';
import { Deadline } from './deadline.js';
import { layoutOf } from './layout.js';
import { runTool } from './tool.js';

const config = { binDir: '/usr/bin', osUser: userInfo().username } as unknown as PostgresConfig;
const layout = layoutOf('/nowhere/data');

const run = (name: string, args: readonly string[], milliseconds: number): Promise<unknown> =>
  runTool(config, layout, { name, args, cwd: '/' }, Deadline.after(milliseconds)).catch(
    (thrown: unknown) => thrown,
  );

test('a child that left the group and holds the pipe open does not outlast the deadline', async () => {
  const ended = await run('/bin/sh', ['-c', 'setsid sleep 20 & sleep 600'], 200);
  expect(ended).toMatchObject({ code: 'timeout' });
}, 10_000);

test('what Node throws at the start is an expected failure', async () => {
  expect(await run('/etc/passwd/tool', [], 5000)).toMatchObject({ code: 'process-failed' });
});
