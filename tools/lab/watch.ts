import type { Lab } from './lab.js';
import { parseStoredRows, storedRowsSql } from './cluster/consumer.js';
import { memberLanes, probeLane, vipLanes } from './ledger/lanes.js';
import type { LaneConfig, LedgerRecord, WriterConfig } from './ledger/record.js';
import type { StoredRow } from './ledger/verdict.js';
import { monotonicMs } from './monotonic.js';
import { LAB_NETWORK } from './cluster/plan.js';
import { hardwareAddress } from './network/switch.js';
import type { AnsweringConfig, SamplerHost, SamplerLine } from './observe/sample.js';
import { type WatchReport, writeReport } from './watch-report.js';
import { Worker } from './worker.js';
import { waitUntil } from './wait-until.js';

const SAMPLE_EVERY_MS = 10;

let watches = 0;

/**
 * Clients and samplers around a scenario: writers through the VIP, writers to each member, and a
 * sampler of addresses. Begin before the fault, finish after recovery; the report then says what
 * was acknowledged, what is there, and who answered when.
 */
export class Watch {
  readonly startedAt = monotonicMs();
  readonly #sentPids = new Map<string, number | null>();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly lab: Lab,
    readonly prefix: string,
    private readonly consumers: Worker<LedgerRecord>,
    private readonly probes: Worker<LedgerRecord>,
    private readonly sampler: Worker<SamplerLine>,
    private readonly prober: Worker<SamplerLine>,
  ) {
    this.#tellHosts();
    this.#timer = setInterval(() => this.#tellHosts(), SAMPLE_EVERY_MS);
    this.#timer.unref();
  }

  /** Starts clients and samplers, and waits until writes through the VIP are acknowledged. */
  static async begin(lab: Lab, name: string, writers = 1): Promise<Watch> {
    const prefix = `${name}-${++watches}-`;
    const inClient = lab.client.command([]);
    const members = lab.dataMembers.map(({ plan }) => plan);
    const writer = (lanes: readonly LaneConfig[]): WriterConfig => ({ ...lab.consumer, lanes });
    const log = (kind: string): string => `${lab.directory}/${prefix}${kind}.jsonl`;
    const watch = new Watch(
      lab,
      prefix,
      new Worker('ledger/writer-main', inClient, log('vip'), writer(vipLanes(prefix, writers))),
      new Worker(
        'ledger/writer-main',
        inClient,
        log('probe'),
        writer(memberLanes(prefix, members)),
      ),
      new Worker('observe/sampler-main', [], log('address'), {
        vip: lab.vip,
        everyMs: SAMPLE_EVERY_MS,
      }),
      new Worker('observe/answering-main', inClient, log('answering'), answeringConfig(lab)),
    );
    try {
      await watch.writesAgain(monotonicMs(), 15_000);
    } catch (error) {
      await watch.abandon();
      throw error;
    }
    return watch;
  }

  /** Attempts through the VIP so far, in the order in which they ended. */
  get consumerRecords(): readonly LedgerRecord[] {
    return this.consumers.lines;
  }

  /** Waits until a write through the VIP is acknowledged that was sent after `since`; answers it. */
  writesAgain(since: number, timeoutMs: number): Promise<LedgerRecord> {
    return waitUntil(
      () => {
        if (this.consumers.failure !== '') throw new Error(this.consumers.failure);
        return this.consumers.lines.findLast(
          ({ outcome, sentAt }) => outcome === 'ack' && sentAt >= since,
        );
      },
      {
        timeoutMs,
        everyMs: 20,
        what: 'an acknowledged write through the VIP',
        lastSeen: () => `last attempt: ${JSON.stringify(this.consumers.lines.at(-1) ?? 'none')}`,
      },
    );
  }

  /**
   * Stops all clients, reads the final primary's rows and judges. Which member is the final primary
   * is the cluster's own word, unless the caller knows better (a lab without agents).
   */
  async finish(finalPrimary?: string): Promise<WatchReport> {
    clearInterval(this.#timer);
    const [consumers, probes, samples, answers] = await Promise.all([
      this.consumers.stop(),
      this.probes.stop(),
      this.sampler.stop(),
      this.prober.stop(),
    ]);
    const endedAt = monotonicMs();
    const primary = finalPrimary ?? (await this.#primary());
    return writeReport({
      consumers,
      probes,
      samples,
      answers,
      endedAt,
      stored: await this.rowsOn(primary),
      probeLanes: new Map(
        this.lab.dataMembers.map(({ id }) => [id, probeLane(this.prefix, id)] as const),
      ),
    });
  }

  /** The clock of this watch's records. */
  now(): number {
    return monotonicMs();
  }

  /** Waits until every member with data holds each write of this watch that was acknowledged. */
  async replicatedEverywhere(timeoutMs: number): Promise<void> {
    const all = [...this.consumers.lines, ...this.probes.lines];
    const acknowledged = all.filter(({ outcome }) => outcome === 'ack');
    for (const { id } of this.lab.dataMembers) {
      await waitUntil(
        async () => {
          const rows = new Set((await this.rowsOn(id)).map(({ lane, seq }) => `${lane}/${seq}`));
          return acknowledged.every(({ lane, seq }) => rows.has(`${lane}/${seq}`));
        },
        { timeoutMs, everyMs: 500, what: `every acknowledged write on ${id}` },
      );
    }
  }

  /** This watch's rows as a member holds them. */
  async rowsOn(member: string): Promise<StoredRow[]> {
    return parseStoredRows(await this.lab.sql(this.lab.member(member), storedRowsSql(this.prefix)));
  }

  /** Stops all clients without a judgement, for a scenario that failed before. */
  async abandon(): Promise<void> {
    clearInterval(this.#timer);
    const workers = [this.consumers, this.probes, this.sampler, this.prober];
    await Promise.allSettled(workers.map((worker) => worker.stop()));
  }

  async #primary(): Promise<string> {
    const status = await this.lab.waitStatus('a primary', (s) => s.primary !== null, 30_000);
    return status.primary ?? '';
  }

  #tellHosts(): void {
    for (const { host } of this.lab.members.values()) {
      const pid = host.holderPid ?? null;
      if (this.#sentPids.get(host.name) === pid) continue;
      this.#sentPids.set(host.name, pid);
      this.sampler.send({ host: host.name, pid } satisfies SamplerHost);
    }
  }
}

function answeringConfig(lab: Lab): AnsweringConfig {
  return {
    vip: lab.vip,
    port: LAB_NETWORK.databasePort,
    own: LAB_NETWORK.client,
    hosts: lab.dataMembers.map(({ id, plan }) => ({ host: id, mac: hardwareAddress(plan.index) })),
    everyMs: SAMPLE_EVERY_MS,
  };
}
