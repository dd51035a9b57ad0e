import { isAwake, type Host } from './host.js';
import type { World } from './world.js';

const TIMEOUT_MS = 1000;
const RETRY_MS = 30;

/**
 * Writes numbered rows through the virtual address, one after the other, and reads now and then.
 * What it was told, and what it saw, goes into the ledger; what it waited for in vain is unknown.
 */
export class Client {
  /** True time of the last acknowledgement. */
  lastAckAt = 0;
  acknowledged = 0;
  private nextValue = 1;

  constructor(
    private readonly world: World,
    readonly name: string,
  ) {}

  start(): void {
    this.again(100);
  }

  private again(milliseconds: number): void {
    this.world.schedule.after(milliseconds, () => this.request());
  }

  private request(): void {
    const { world } = this;
    const { now } = world.schedule;
    const host = world.hosts.find(
      (candidate) =>
        isAwake(candidate) &&
        candidate.lease.hasVip(now) &&
        world.network.isConnected(this.name, candidate.member.id, 'databases'),
    );
    if (host === undefined) return this.again(RETRY_MS);
    let settled = false;
    world.network.send(this.name, host.member.id, () => {
      if (settled) return;
      this.serve(host, () => {
        if (settled) return;
        settled = true;
        this.again(world.isQuiet ? world.random.integer(200, 800) : world.random.integer(5, 60));
      });
    });
    world.schedule.after(TIMEOUT_MS, () => {
      if (settled) return;
      settled = true;
      this.request();
    });
  }

  /** The server's side: the fence is asked when the request comes in and when the answer goes out. */
  private serve(host: Host, answered: () => void): void {
    const { world } = this;
    const { database } = host;
    const passes = (): boolean =>
      isAwake(host) &&
      host.lease.admitsClients(world.schedule.now) &&
      world.network.isConnected(this.name, host.member.id, 'databases');
    if (database === null || !passes() || !database.isUp || database.role !== 'primary') return;
    if (database.directory?.admits !== 'all') return;
    if (database.diskIsFull) return answered();
    if (world.random.chance(0.1)) {
      if (database.visible > 0) world.checks.onRead(host, database.visible);
      return answered();
    }
    const { life } = database;
    const value = this.nextValue++;
    const record = database.commit(value, () => {
      if (database.life !== life || !passes()) return;
      world.checks.onAcknowledged(host, lsn);
      world.recorder.acknowledged(host, now(), database.epoch);
      this.acknowledged += 1;
      world.clientServed(database, now());
      this.lastAckAt = now();
      answered();
    });
    const lsn = database.wal.records.lastIndexOf(record) + 1;
    const now = (): number => world.schedule.now;
  }
}
