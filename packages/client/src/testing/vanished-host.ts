import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens with the shortest queue there is, says where, and never takes a connection from it. */
const DEAF = `
require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  require('node:fs').writeSync(1, String(this.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
/** Far longer than a connection within one host takes, so that one that is not there is not coming. */
const PENDING_MS = 300;

/** A port whose host answers nothing, not even a refusal: attempts to connect hang in the kernel. */
export interface VanishedHost {
  /** HOST:PORT. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

export async function vanishedHost(): Promise<VanishedHost> {
  const child = spawn(process.execPath, ['-e', DEAF], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(said.toString());
  const queued: Socket[] = [];
  let pending = false;
  while (!pending) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    queued.push(socket);
    pending = await Promise.race([
      once(socket, 'connect').then(() => false),
      sleep(PENDING_MS, true),
    ]);
    if (pending) socket.destroy();
  }
  return { address: `127.0.0.1:${port}`, stop: () => stop(child, queued) };
}

async function stop(child: ChildProcess, queued: readonly Socket[]): Promise<void> {
  for (const socket of queued) socket.destroy();
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
