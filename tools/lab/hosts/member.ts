import { renameSync, rmSync } from 'node:fs';
import type { PlannedMember } from '../cluster/plan.js';
import { signalQuietly } from '../network/namespace.js';
import { LabError } from '../lab-error.js';
import { programPath } from '../repository.js';
import { databaseProcesses, postmasterPid } from './database-processes.js';
import type { Host } from './host.js';
import { SupervisedProcess } from './supervised-process.js';

/** Pause before a died agent starts again: RestartSec of the deployment guide's unit. */
const RESTART_DELAY_MS = 250;

/** A member of the cluster on its host: its program, its database, and what can happen to them. */
export class Member {
  readonly agent: SupervisedProcess;

  constructor(
    readonly plan: PlannedMember,
    readonly host: Host,
    readonly directory: string,
  ) {
    const program = plan.role === 'data' ? 'mha-agent' : 'mha-arbiter';
    this.agent = new SupervisedProcess({
      command: host.command([programPath(program), '--config', this.configFile]),
      logFile: this.logFile,
      restartDelayMs: RESTART_DELAY_MS,
    });
  }

  get id(): string {
    return this.plan.id;
  }

  get configFile(): string {
    return `${this.directory}/${this.plan.role === 'data' ? 'agent' : 'arbiter'}.yaml`;
  }

  /** Everything that the agent and its database wrote to standard output. */
  get logFile(): string {
    return `${this.directory}/agent.log`;
  }

  get dataDir(): string {
    return `${this.directory}/pg`;
  }

  /** The agent's own directory: Raft's log and vote, and what it promised. */
  get stateDir(): string {
    return `${this.directory}/state`;
  }

  /** Directory of the database's Unix socket. */
  get socketDir(): string {
    return `${this.directory}/run`;
  }

  /** The postmaster is killed as by the kernel's out-of-memory killer. */
  crashDatabase(): void {
    const pid = postmasterPid(this.dataDir);
    if (pid === undefined) throw new LabError(`no database runs on ${this.id}`);
    process.kill(pid, 'SIGKILL');
  }

  /** Somebody stops the database by hand, in order. */
  stopDatabase(): void {
    const pid = postmasterPid(this.dataDir);
    if (pid === undefined) throw new LabError(`no database runs on ${this.id}`);
    process.kill(pid, 'SIGINT');
  }

  /** Every process of the database hangs, as on a disk that does not answer. Answers how many. */
  freezeDatabase(): number {
    const pids = databaseProcesses(this.dataDir);
    for (const pid of pids) signalQuietly(pid, 'SIGSTOP');
    return pids.length;
  }

  /** Ends {@link freezeDatabase}, for those that are still there. */
  thawDatabase(): void {
    for (const pid of databaseProcesses(this.dataDir)) signalQuietly(pid, 'SIGCONT');
  }

  /** The agent's own directory is gone, as after a reinstallation of its host; the database stays. */
  async loseAgentDirectory(): Promise<void> {
    await this.agent.kill();
    rmSync(this.stateDir, { recursive: true });
    this.agent.start();
  }

  /**
   * While its host has no power, somebody moves the agent's directory aside, and with `database` the
   * database's too, as the runbooks say.
   */
  moveAside({ database = false } = {}): void {
    if (this.host.holderPid !== undefined) throw new LabError(`${this.id} runs`);
    for (const path of [this.stateDir, ...(database ? [this.dataDir] : [])]) {
      renameSync(path, `${path}.aside`);
    }
  }

  /** The host loses its power. What was on its disk stays. */
  async powerOff(): Promise<void> {
    this.agent.abandon();
    await this.host.powerOff();
  }

  /** The host gets its power back and starts its agent, as an init system would. */
  async powerOn(): Promise<void> {
    await this.host.powerOn();
    this.agent.start();
  }
}
