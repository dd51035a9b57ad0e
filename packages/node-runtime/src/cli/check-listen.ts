import { createServer } from 'node:net';
import type { HostPort } from '../config/scalar-readers.js';
import type { HostProblem } from './host-problem.js';

/** Can this process listen there? Tries it, and lets go again. */
export async function checkListen({ host, port }: HostPort): Promise<readonly HostProblem[]> {
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
  if (failure === null) return [];
  return [
    {
      message: `listen: cannot listen on ${host}:${port} (${failure.code ?? failure.message})`,
      remedy: 'stop what uses that port, or choose an address and port of this host',
    },
  ];
}
