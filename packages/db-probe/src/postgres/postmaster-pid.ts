/** What a running server says about itself in its `postmaster.pid`. */
export interface PostmasterPid {
  readonly pid: number;
  readonly dataDir: string;
  readonly port?: number;
  readonly socketDir?: string;
}

/**
 * Reads `postmaster.pid`. `undefined` while it is empty or torn (the server writes it in steps). The
 * file proves nothing alone: it outlives a crash, and its pid may belong to another process by now.
 */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const [pidText = '', dataDir = '', , portText = '', socketDir = ''] = text.split('\n');
  const pid = Math.abs(Number(pidText.trim()));
  if (!Number.isSafeInteger(pid) || pid < 2 || dataDir === '') return undefined;
  const port = Number(portText.trim());
  return {
    pid,
    dataDir,
    ...(Number.isSafeInteger(port) && port > 0 ? { port } : {}),
    ...(socketDir === '' ? {} : { socketDir }),
  };
}
