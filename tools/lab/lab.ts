import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ClusterStatus } from '@mha4rdb/client';
import { runCommand } from './run-command.js';
import { type Consumer, consumerSql, randomPassword, superuserSql } from './cluster/consumer.js';
import { type ConfigOverrides, type LabEngine, memberConfig } from './cluster/member-config.js';
import { Mhactl } from './cluster/mhactl.js';
import { LAB_NETWORK, type Mode, type PlannedMember, planMembers } from './cluster/plan.js';
import { describeStatus, isWholeAndHealthy } from './cluster/status.js';
import { StatusSource } from './cluster/status-source.js';
import { Host } from './hosts/host.js';
import { Member } from './hosts/member.js';
import { createLabDirectory, thisOwner, writeLabState } from './lab-directory.js';
import { LabError } from './lab-error.js';
import { Switch } from './network/switch.js';
import { layOutPrograms } from '../opengauss-front/lab-programs.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { demolish, sweepDeadLabs } from './sweep.js';
import { guardAtExit, unguard } from './exit-guard.js';
import { waitUntil } from './wait-until.js';

/** What a lab is built for. */
export interface LabOptions {
  readonly mode: Mode;
  /** Preset of the agents' timing; `balanced` unless told. */
  readonly timing?: string;
  /** `postgres` unless told; every other is emulated on top of it. */
  readonly engine?: LabEngine;
  /** Data members in `cluster` mode; three unless told. */
  readonly dataMembers?: number;
  /** Replaces parts of the generated configuration, by member. */
  readonly overrides?: (member: PlannedMember) => ConfigOverrides;
}

/** A cluster on hosts made of network namespaces, with a client's host beside it. */
export class Lab {
  readonly members = new Map<string, Member>();
  readonly timing: string;
  readonly binDir = findPostgresBinaries();
  readonly superuserPassword = randomPassword();
  readonly #replicationPassword = randomPassword();
  readonly consumer: Consumer = { user: 'app', password: randomPassword(), database: 'app' };

  #statusSource: StatusSource | undefined;
  /** Of all hosts that ever were: ids are used once. */
  #lastIndex = 0;

  private constructor(
    readonly id: string,
    readonly directory: string,
    readonly options: LabOptions,
    readonly lan: Switch,
    readonly client: Host,
  ) {
    this.timing = options.timing ?? 'balanced';
  }

  /** Builds switch, hosts and configurations. Nothing of the cluster runs yet. */
  static async create(options: LabOptions): Promise<Lab> {
    if (process.getuid?.() !== 0) {
      throw new LabError(
        'the lab makes network namespaces: run this as root (for example with sudo)',
      );
    }
    sweepDeadLabs();
    const plan = planMembers(options.mode, options.dataMembers);
    const { id, directory } = createLabDirectory();
    const namespace = (host: string): string => `mha-${id}-${host}`;
    const names = ['sw', 'client', ...plan.map((member) => member.id)].map(namespace);
    const state = { id, owner: thisOwner(), kept: false, namespaces: names };
    writeLabState(directory, state);
    guardAtExit({ directory, state });
    const lan = new Switch(namespace('sw'));
    await lan.create();
    const client = new Host(
      { name: 'client', namespace: namespace('client'), address: LAB_NETWORK.client, index: 200 },
      lan,
    );
    await client.powerOn();
    const lab = new Lab(id, directory, options, lan, client);
    lab.#layOutServer();
    for (const member of plan) await lab.#addMember(member, plan, namespace(member.id));
    return lab;
  }

  /** The virtual address. */
  get vip(): string {
    return LAB_NETWORK.vip;
  }

  /** HOST:PORT of every member. */
  get endpoints(): string[] {
    return [...this.members.values()].map(({ plan }) => `${plan.address}:${LAB_NETWORK.agentPort}`);
  }

  /** `mhactl` on the client's host. */
  get ctl(): Mhactl {
    return new Mhactl(this.client, this.endpoints);
  }

  /** The cluster's status, as a client sees it. */
  status(): Promise<ClusterStatus> {
    this.#statusSource ??= new StatusSource(
      this.client.command([]),
      this.endpoints,
      `${this.directory}/status.jsonl`,
    );
    return this.#statusSource.status();
  }

  /** Where the agents find the programs of the server. */
  get serverBinDir(): string {
    const isEmulated = (this.options.engine ?? 'postgres') !== 'postgres';
    return isEmulated ? `${this.directory}/bin` : this.binDir;
  }

  #layOutServer(): void {
    const { engine = 'postgres' } = this.options;
    if (engine === 'postgres') return;
    layOutPrograms(this.serverBinDir, engine, this.binDir, this.consumer);
  }

  /** Members that have a database. */
  get dataMembers(): Member[] {
    return [...this.members.values()].filter((member) => member.plan.role === 'data');
  }

  /** A member by its id. */
  member(id: string): Member {
    const member = this.members.get(id);
    if (member === undefined) throw new LabError(`the lab has no member ${id}`);
    return member;
  }

  /** Starts every agent and waits until the cluster is formed and healthy; then makes the consumer. */
  async form(timeoutMs = 90_000): Promise<ClusterStatus> {
    for (const member of this.members.values()) member.agent.start();
    const status = await this.waitHealthy(timeoutMs);
    const primary = this.member(status.primary ?? '');
    const sql = consumerSql(this.consumer);
    await this.sql(primary, sql.cluster, 'postgres');
    await this.sql(primary, sql.database, this.consumer.database);
    return status;
  }

  /** Runs SQL as superuser on one member. */
  sql(member: Member, sql: string, database = this.consumer.database): Promise<string> {
    return superuserSql(member, this.binDir, this.superuserPassword, database, sql);
  }

  /** Waits until a status of the cluster satisfies `wanted`. */
  async waitStatus(
    what: string,
    wanted: (status: ClusterStatus) => boolean,
    timeoutMs: number,
  ): Promise<ClusterStatus> {
    let last = 'no status yet';
    return waitUntil(
      async () => {
        const status = await this.status();
        last = describeStatus(status);
        return wanted(status) ? status : undefined;
      },
      {
        timeoutMs,
        everyMs: 250,
        what,
        lastSeen: () => `last status: ${last}`,
        hopeless: () => this.#hopeless(),
      },
    );
  }

  /** Waits until the cluster is healthy, with every member of the lab in its place. */
  waitHealthy(timeoutMs = 90_000): Promise<ClusterStatus> {
    return this.waitStatus('a healthy cluster', isWholeAndHealthy, timeoutMs);
  }

  /**
   * A new host beside the others, its agent (or arbiter) started. To the cluster it is a stranger until
   * an operator adds it.
   */
  async addHost(role: PlannedMember['role'] = 'data'): Promise<Member> {
    const index = ++this.#lastIndex;
    const plan: PlannedMember = {
      id: `n${index}`,
      role,
      address: LAB_NETWORK.hostAddress(index),
      index,
    };
    const members = [...this.members.values()].map((member) => member.plan);
    await this.#addMember(plan, [...members, plan], `mha-${this.id}-${plan.id}`);
    writeLabState(this.directory, this.#state());
    const member = this.member(plan.id);
    member.agent.start();
    return member;
  }

  /** Takes a host away for good, with whatever runs on it. */
  async removeHost(id: string): Promise<void> {
    const member = this.member(id);
    await member.powerOff();
    this.members.delete(id);
  }

  /** Leaves the lab running when this process ends; only `--down` removes it then. */
  keep(): void {
    unguard(this.directory);
    writeLabState(this.directory, { ...this.#state(), kept: true });
    void this.#statusSource?.stop();
    for (const member of this.members.values()) member.agent.abandon();
  }

  /** Removes everything. `keepFiles` leaves logs and data for a person to read. */
  destroy(keepFiles = false): void {
    for (const member of this.members.values()) member.agent.abandon();
    void this.#statusSource?.stop();
    demolish({ directory: this.directory, state: this.#state() }, keepFiles);
    unguard(this.directory);
  }

  /** A program that dies again and again will not get better: nobody wants to wait for it. */
  #hopeless(): string | undefined {
    const dying = [...this.members.values()].find(({ agent }) => agent.diesAgainAndAgain);
    if (dying === undefined) return undefined;
    const said = readFileSync(dying.logFile, 'utf8').trim().slice(-1500);
    return `the program of ${dying.id} ends again and again: ${said || 'no output'}`;
  }

  #state(): Parameters<typeof writeLabState>[1] {
    const hosts = [this.client, ...[...this.members.values()].map(({ host }) => host)];
    const namespaces = [this.lan.namespace, ...hosts.map(({ place }) => place.namespace)];
    return { id: this.id, owner: thisOwner(), kept: false, namespaces };
  }

  async #addMember(
    plan: PlannedMember,
    members: readonly PlannedMember[],
    namespace: string,
  ): Promise<void> {
    const { id, address, index } = plan;
    const host = new Host({ name: id, namespace, address, index }, this.lan);
    await host.powerOn();
    const member = new Member(plan, host, `${this.directory}/${id}`);
    mkdirSync(member.socketDir, { recursive: true });
    const passwordFiles = {
      superuser: `${member.directory}/superuser.pass`,
      replication: `${member.directory}/replication.pass`,
    };
    writeFileSync(passwordFiles.superuser, `${this.superuserPassword}\n`, { mode: 0o600 });
    writeFileSync(passwordFiles.replication, `${this.#replicationPassword}\n`, { mode: 0o600 });
    const [uid = 0, gid = 0] = await postgresUser();
    chownSync(member.socketDir, uid, gid);
    const cluster = `lab-${this.id}`;
    const { timing, serverBinDir: binDir } = this;
    const engine = this.options.engine ?? 'postgres';
    writeFileSync(
      member.configFile,
      memberConfig(
        {
          cluster,
          members,
          self: plan,
          directory: member.directory,
          binDir,
          passwordFiles,
          timing,
          engine,
        },
        this.options.overrides?.(plan) ?? {},
      ),
      { mode: 0o600 },
    );
    this.members.set(id, member);
    this.#lastIndex = Math.max(this.#lastIndex, index);
  }
}

async function postgresUser(): Promise<number[]> {
  const entry = await runCommand('getent', ['passwd', 'postgres']);
  return entry.split(':').slice(2, 4).map(Number);
}
