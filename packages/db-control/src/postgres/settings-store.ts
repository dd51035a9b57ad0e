import { userInfo } from 'node:os';
import {
  admissionOf,
  identLines,
  INCLUDE_LINE,
  INITIAL_STATE,
  MANAGED_HEADER,
  mergeSettings,
  parseManagedFile,
  parseSettings,
  RAISABLE_SETTINGS,
  raisedSettings,
  passfileLine,
  renderAccessRules,
  renderManagedFile,
  settingsToStrip,
  stripSettings,
  withIdentLines,
  withLastLine,
  type Admission,
  type DurableState,
} from '@mha4rdb/db-probe';
import type { PostgresConfig } from './config.js';
import { makeOwnDirectory, readIfThere, writeDurably } from './durable-file.js';
import { EngineFailure } from './failure.js';
import type { Layout } from './layout.js';

export type StateChange = Partial<Omit<DurableState, 'generation'>>;

/**
 * The files of ours in (and beside) the data directory. Every write is whole and durable, and one at
 * a time: each reads what is there, changes what it was asked to, and keeps the rest. A rule or an
 * upstream that nobody mentioned is therefore never lost by writing something else.
 */
export class SettingsStore {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: PostgresConfig,
    private readonly layout: Layout,
  ) {}

  /** The durable state in the files; `undefined` when there is no whole file of ours. */
  async read(): Promise<DurableState | undefined> {
    const text = await readIfThere(this.layout.managedFile);
    return text === undefined ? undefined : parseManagedFile(text);
  }

  /**
   * Applies a change and answers the new state. It is in force only after a reload or a start. For a
   * start come the `floors` of the control file; else what they raised stays raised.
   */
  write(change: StateChange, floors?: Readonly<Record<string, number>>): Promise<DurableState> {
    const next = this.queue.then(() => this.writeNow(change, floors));
    this.queue = next.catch(() => undefined);
    return next;
  }

  /** Lays all files of ours into another directory, for a copy that is not in its place yet. */
  static async writeInto(
    config: PostgresConfig,
    layout: Layout,
    state: StateChange,
  ): Promise<void> {
    await new SettingsStore(config, layout).write(state);
  }

  private async writeNow(
    change: StateChange,
    floors: Readonly<Record<string, number>> | undefined,
  ): Promise<DurableState> {
    const before = await this.readWhole(change);
    const version = await this.version();
    const raised = await this.raisedBy(version, floors);
    const state: DurableState = {
      ...(before ?? INITIAL_STATE),
      ...change,
      generation: (before?.generation ?? 0) + 1,
    };
    await this.writePassfile();
    // A stricter admission reaches the access rules before anything says so, a looser one after:
    // whatever reload comes in between, nobody is admitted whom the state does not admit.
    const looser = state.admits === 'all';
    if (!looser) await this.writeAccessRules(state.admits);
    const { port, socketDir, parameters } = this.config;
    await this.replace(
      this.layout.managedFile,
      renderManagedFile({ ...state, port, socketDir, version, parameters, raised }),
    );
    if (looser) await this.writeAccessRules(state.admits);
    await this.writeMainFile();
    await this.stripAutoFile(version, Object.keys(raised));
    return state;
  }

  private async writeMainFile(): Promise<void> {
    const text = await readIfThere(this.layout.mainFile);
    if (text === undefined) this.config.log(`${this.layout.mainFile} is missing; made a new one`);
    await this.replace(this.layout.mainFile, withLastLine(text ?? '', INCLUDE_LINE));
  }

  /** A damaged file must not become one without a rule by writing something else. */
  private async readWhole(change: StateChange): Promise<DurableState | undefined> {
    const state = await this.read();
    if (state !== undefined || change.rule !== undefined) return state;
    if ((await readIfThere(this.layout.managedFile)) === undefined) return undefined;
    throw new EngineFailure(
      'refused',
      `${this.layout.managedFile} is damaged: the rule and the upstream cannot be read from it`,
      'Restore it, or remove it while the database is stopped; it is then as after a clone.',
    );
  }

  private async version(): Promise<number> {
    return Number((await readIfThere(this.layout.versionFile))?.trim());
  }

  private async raisedBy(
    version: number,
    floors: Readonly<Record<string, number>> | undefined,
  ): Promise<Readonly<Record<string, string>>> {
    const [managed, main, auto] = await Promise.all(
      [this.layout.managedFile, this.layout.mainFile, this.layout.autoFile].map(async (path) =>
        parseSettings((await readIfThere(path)) ?? ''),
      ),
    );
    const ours = mergeSettings(this.config.parameters, version).settings;
    const configured = new Map([...(main ?? []), ...(auto ?? []), ...ours]);
    if (floors === undefined) {
      const kept = RAISABLE_SETTINGS.map((name) => [name, Number(managed?.get(name))] as const);
      return raisedSettings(
        Object.fromEntries(kept.filter(([, value]) => Number.isSafeInteger(value))),
        configured,
      );
    }
    const raised = raisedSettings(floors, configured);
    for (const [name, value] of Object.entries(raised)) {
      this.config.log(`${name} stays at ${value}: the database's log was written under it`);
    }
    return raised;
  }

  private async stripAutoFile(version: number, raised: readonly string[]): Promise<void> {
    const text = await readIfThere(this.layout.autoFile);
    if (text === undefined) return;
    const names = new Set([...settingsToStrip(this.config.parameters, version), ...raised]);
    const stripped = stripSettings(text, names);
    if (stripped.removed.length === 0) return;
    this.config.log(
      `removed from postgresql.auto.conf, where they would override the agent's settings: ${stripped.removed.join(', ')}`,
    );
    await this.replace(this.layout.autoFile, stripped.text);
  }

  private async writeAccessRules(admits: Admission): Promise<void> {
    const present = await readIfThere(this.layout.hbaFile);
    if (present !== undefined && admissionOf(present) === undefined) {
      await this.keepAccessRules(present);
    }
    const kept = (await readIfThere(this.layout.keptHbaFile)) ?? '';
    const { superuser, replication, members, hba } = this.config;
    await this.replace(
      this.layout.hbaFile,
      renderAccessRules({
        superuser: superuser.name,
        replicationUser: replication.name,
        memberHosts: members().map((member) => member.host),
        userLines: hba,
        keptLines: kept.split('\n').filter((line) => line !== '' && line !== MANAGED_HEADER),
        admits,
      }),
    );
    const lines = identLines([userInfo().username, this.config.osUser.name], superuser.name);
    const ident = (await readIfThere(this.layout.identFile)) ?? '';
    await this.replace(this.layout.identFile, withIdentLines(ident, lines));
  }

  /** Rules that initdb made up for a directory of ours say nothing about the operator's wishes. */
  private async keepAccessRules(text: string): Promise<void> {
    if ((await readIfThere(this.layout.createdMark)) !== undefined) return;
    if ((await readIfThere(this.layout.keptHbaFile)) !== undefined) return;
    await this.replace(this.layout.keptHbaFile, text);
  }

  /** Writes the passwords for libpq's own use, readable by the database's user alone. */
  async writePassfile(): Promise<void> {
    const { superuser, replication } = this.config;
    const lines = [superuser, replication].map((login) =>
      passfileLine('*', '*', login.name, login.password),
    );
    await makeOwnDirectory(this.layout.sideDir, this.config.osUser);
    await this.replace(this.layout.passfile, `${lines.join('\n')}\n`);
  }

  private async replace(path: string, text: string): Promise<void> {
    if ((await readIfThere(path)) === text) return;
    await writeDurably(path, text, this.config.osUser);
  }
}
