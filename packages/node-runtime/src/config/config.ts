import type { Duration, NodeId } from '@mha4rdb/kernel';
import type { ENGINES } from './agent-keys.js';
import type { MemberConfig } from './member-readers.js';
import type { HostPort } from './scalar-readers.js';
import type { TimingInput } from './structure-readers.js';
import type { VipConfig } from './vip-readers.js';

export type EngineName = (typeof ENGINES)[number];

export interface TlsConfig {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What agent and arbiter are told alike. Paths are absolute. */
export interface BaseConfig {
  readonly cluster: string;
  readonly node: NodeId;
  readonly listen: HostPort;
  readonly dataDir: string;
  readonly members: readonly MemberConfig[];
  /** Not yet checked: `core/lease` resolves presets and refuses broken inequalities. */
  readonly timing: TimingInput;
  readonly durability: {
    readonly mode: 'majority' | 'all' | 'async';
    readonly degrade: boolean;
  };
  readonly election: 'agent' | 'database' | 'external' | 'none';
  readonly stopMode: 'handover' | 'keep' | 'immediate';
  readonly switchover: { readonly readyTimeout: Duration };
  readonly security: {
    /** Absent exactly when `insecure`. */
    readonly tls?: TlsConfig;
    /** File of the clients' tokens. */
    readonly tokens?: string;
    readonly insecure: boolean;
  };
  readonly log: {
    readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
    readonly pretty: boolean;
  };
}

export interface DatabaseUser {
  readonly name: string;
  /** Absent: no password is sent (peer or trust authentication). */
  readonly passwordFile?: string;
}

export interface DatabaseConfig {
  readonly engine: EngineName;
  readonly binDir: string;
  readonly dataDir: string;
  readonly osUser: string;
  readonly port: number;
  readonly superuser: DatabaseUser;
  readonly replication: DatabaseUser;
  readonly parameters: Readonly<Record<string, string>>;
  readonly hba: readonly string[];
  /** Permanent physical slots. */
  readonly slots: readonly string[];
  /** The program that restores a copy from a backup, with its arguments; empty: none. */
  readonly cloneCommand: readonly string[];
}

export interface AgentConfig extends BaseConfig {
  readonly kind: 'agent';
  readonly database: DatabaseConfig;
  readonly vip: readonly VipConfig[];
  readonly watchdog: WatchdogConfig;
  readonly hooks: HooksConfig;
}

/** Programs of the operator with their arguments; empty: none. */
export interface HooksConfig {
  readonly preStop: readonly string[];
  readonly prePromote: readonly string[];
  readonly onRoleChange: readonly string[];
  /** Of `preStop` and `prePromote`, which hold up a change of the primary. */
  readonly timeout: Duration;
  readonly roleChangeTimeout: Duration;
}

export interface WatchdogConfig {
  readonly mode: 'off' | 'automatic' | 'required';
  readonly device: string;
  /** From the last pet to the reset; whole seconds. */
  readonly timeout: Duration;
}

export interface ArbiterConfig extends BaseConfig {
  readonly kind: 'arbiter';
}

export interface ConfigOf {
  readonly agent: AgentConfig;
  readonly arbiter: ArbiterConfig;
}

export type ConfigKind = keyof ConfigOf;
