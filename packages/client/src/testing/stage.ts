import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ScriptedCluster } from './scripted-cluster.js';
import { startMember, type MemberOptions, type ScriptedMember } from './scripted-member.js';
import { vanishedHost } from './vanished-host.js';

/** A way to a member that can go silent without a reset, as when its host loses power. */
export interface Path {
  /** HOST:PORT. */
  readonly address: string;
  cut(): void;
}

/** Starts what a test needs and ends all of it, the last first. */
export class Stage {
  private readonly ends: (() => Promise<unknown>)[] = [];

  async clear(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
  }

  atEnd(end: () => Promise<unknown>): void {
    this.ends.push(end);
  }

  async member(
    cluster: ScriptedCluster,
    id: string,
    options: MemberOptions = {},
  ): Promise<ScriptedMember> {
    const started = await startMember(cluster, id, options);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= started.stop());
    this.atEnd(stop);
    return { ...started, stop };
  }

  /** The HOST:PORT of something that accepts connections and never says a word: a frozen host. */
  async blackHole(): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    return this.listen(server, sockets);
  }

  /** The HOST:PORT of a host that answers nothing at all: one that lost its power. */
  async vanished(): Promise<string> {
    const { address, stop } = await vanishedHost();
    this.atEnd(stop);
    return address;
  }

  async pathTo(member: ScriptedMember): Promise<Path> {
    const sockets = new Set<Socket>();
    let cut = false;
    const port = Number(member.address.split(':')[1]);
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from.on('error', () => undefined));
        from.on('data', (data) => cut || to.write(data));
        from.on('close', () => cut || to.destroy());
      }
    });
    const address = await this.listen(server, sockets);
    return { address, cut: () => (cut = true) };
  }

  private async listen(server: Server, sockets: ReadonlySet<Socket>): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.atEnd(async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

/** Waits for a condition; fails after 8 s with its text. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 8000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not so within 8 s: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
