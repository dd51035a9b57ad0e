import { processOf, serverProcesses, type ProcessView } from './processes.js';

/**
 * The server processes of one data directory until their very end. A process that ends gives up its
 * executable and its working directory before its files and sockets, and can not be recognised from
 * then on: so those that were seen once are followed by pid until the kernel is done with them.
 * One that began and ended between two looks was never seen, and has nothing left but its last moment.
 */
export class DirectoryProcesses {
  private seen: readonly ProcessView[] = [];

  constructor(private readonly dataDir: string) {}

  /** Looks now: those of the directory, and those seen before that have not ended altogether. */
  left(): readonly number[] {
    const found = serverProcesses(this.dataDir);
    const ending = this.seen.filter(({ pid }) => !found.includes(pid)).filter(isStillThere);
    const running = found.flatMap((pid) => processOf(pid) ?? []);
    this.seen = [...running, ...ending];
    return this.seen.map(({ pid }) => pid);
  }
}

function isStillThere({ pid, startTicks }: ProcessView): boolean {
  return processOf(pid)?.startTicks === startTicks;
}
