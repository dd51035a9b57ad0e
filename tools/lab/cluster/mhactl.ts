import { LabError } from '../lab-error.js';
import type { Host } from '../hosts/host.js';
import { programPath } from '../repository.js';
import { type CommandResult, tryCommand } from '../run-command.js';
import type { ClusterStatus, HistoryItem } from '@mha4rdb/client';

/** `mhactl`, run where a consumer stands: on the client's host, against every member. */
export class Mhactl {
  constructor(
    private readonly host: Host,
    private readonly endpoints: readonly string[],
  ) {}

  /** The words that reach this cluster from a shell. */
  commandLine(args: readonly string[]): [string, ...string[]] {
    const endpoints = this.endpoints.flatMap((endpoint) => ['--endpoint', endpoint]);
    return this.host.command([programPath('mhactl'), ...args, ...endpoints, '--insecure']);
  }

  /** Runs a command and answers however it ended; the deadline is the lab's, above mhactl's own. */
  run(args: readonly string[], timeoutMs = 60_000): Promise<CommandResult> {
    const [file, ...rest] = this.commandLine(args);
    return tryCommand(file, rest, { timeoutMs });
  }

  /** The cluster's status, whatever its verdict. */
  async status(): Promise<ClusterStatus> {
    const { code, stdout, stderr } = await this.run(
      ['status', '-o', 'json', '--timeout', '5s'],
      10_000,
    );
    if (![0, 10, 11].includes(code)) {
      throw new LabError(`mhactl status ended with ${code}: ${stderr.trim() || stdout.trim()}`);
    }
    return JSON.parse(stdout) as ClusterStatus;
  }

  /** The last failovers and switchovers, as the cluster recorded them. */
  async history(last: number): Promise<HistoryItem[]> {
    const { code, stdout, stderr } = await this.run(
      ['history', '--last', String(last), '-o', 'json'],
      15_000,
    );
    if (code !== 0) throw new LabError(`mhactl history ended with ${code}: ${stderr.trim()}`);
    return JSON.parse(stdout) as HistoryItem[];
  }
}
