import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryProcesses } from './directory-processes.js';
import { until } from './lab.test-support.js';
import { serverProcesses } from './processes.js';

let dataDir: string;
let server: ChildProcessWithoutNullStreams;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mha-processes-'));
  // A shell of the server's name: told to, it leaves the directory, as the kernel does for one that ends.
  const program = join(dataDir, 'postgres');
  copyFileSync('/bin/sh', program);
  server = spawn(program, ['-c', 'read go; cd /; read end'], { cwd: dataDir });
});

afterEach(() => {
  server.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

test('a process that can not be recognised any more counts as left until the kernel is done with it', async () => {
  const processes = new DirectoryProcesses(dataDir);
  await until(() => processes.left().length > 0);
  server.stdin.write('go\n');
  await until(() => serverProcesses(dataDir).length === 0);
  expect(processes.left()).toEqual([server.pid]);
  server.stdin.write('end\n');
  await once(server, 'exit');
  expect(processes.left()).toEqual([]);
});

test('a process of another directory is none of ours', async () => {
  await until(() => serverProcesses(dataDir).length > 0);
  expect(new DirectoryProcesses(tmpdir()).left()).toEqual([]);
});
