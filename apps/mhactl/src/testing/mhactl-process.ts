import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '../../bin/mhactl');
/** No test waits longer for the program than this, or than it says; then it is killed, and the test fails on its signal. */
const LIMIT_MS = 15_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `mhactl` as a process of its own, without a terminal. */
export class MhactlProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, limitMs = LIMIT_MS) {
    const { PATH } = process.env;
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { PATH, HOME: '/nonexistent', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) =>
        resolve({ code, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  interrupt(): void {
    this.child.kill('SIGINT');
  }
}

/** Runs `mhactl` against these members over http. */
export function mhactl(endpoints: readonly string[], ...args: readonly string[]): Promise<Ended> {
  return new MhactlProcess([...args, '--insecure'], { MHACTL_ENDPOINTS: endpoints.join(',') })
    .ended;
}
