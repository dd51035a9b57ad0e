import { stringify } from 'yaml';
import type { EmulatedEngine } from '../../opengauss-front/lab-programs.js';
import { LAB_NETWORK, type PlannedMember } from './plan.js';

/** Places and choices that differ between labs and members. */
export interface MemberConfigInput {
  readonly cluster: string;
  readonly members: readonly PlannedMember[];
  readonly self: PlannedMember;
  /** The member's directory: Raft log, database and socket lie below it. */
  readonly directory: string;
  readonly binDir: string;
  readonly passwordFiles: { readonly superuser: string; readonly replication: string };
  readonly timing: string;
  readonly engine: LabEngine;
}

/** What the databases of a lab are; all but `postgres` are emulated on top of it. */
export type LabEngine = 'postgres' | EmulatedEngine;

/** What a test replaces in a generated configuration, at top level or inside `database`. */
export interface ConfigOverrides {
  readonly top?: Readonly<Record<string, unknown>>;
  readonly database?: Readonly<Record<string, unknown>>;
}

/** Text of a member's configuration file, as the contract describes it. */
export function memberConfig(input: MemberConfigInput, overrides: ConfigOverrides = {}): string {
  const { self, members, directory } = input;
  const common = {
    cluster: input.cluster,
    node: self.id,
    listen: `${self.address}:${LAB_NETWORK.agentPort}`,
    dataDir: `${directory}/state`,
    members: members.map(memberEntry),
    timing: input.timing,
  };
  const last = { security: { insecure: true }, log: { level: 'info', pretty: false } };
  if (self.role === 'arbiter') return stringify({ ...common, ...last, ...overrides.top });
  return stringify({
    ...common,
    stopMode: 'handover',
    database: { ...databaseSection(input), ...overrides.database },
    vip: [{ address: `${LAB_NETWORK.vip}/${LAB_NETWORK.prefixLength}`, interface: 'eth0' }],
    ...last,
    ...overrides.top,
  });
}

function memberEntry(member: PlannedMember): Record<string, unknown> {
  return {
    id: member.id,
    address: `${member.address}:${LAB_NETWORK.agentPort}`,
    role: member.role,
    ...(member.role === 'data'
      ? { database: `${member.address}:${LAB_NETWORK.databasePort}` }
      : {}),
    ...(member.priority === undefined ? {} : { priority: member.priority }),
  };
}

function databaseSection(input: MemberConfigInput): Record<string, unknown> {
  const common = {
    engine: input.engine,
    binDir: input.binDir,
    dataDir: `${input.directory}/pg`,
    osUser: 'postgres',
    port: LAB_NETWORK.databasePort,
  };
  // All hosts of a lab share one file system: each server needs a socket directory of its own.
  const socketDir = `${input.directory}/run`;
  if (input.engine !== 'postgres') {
    return {
      ...common,
      superuser: { name: 'postgres' },
      parameters: { shared_buffers: '32MB', unix_socket_directory: socketDir },
      hba: [`host all app ${LAB_NETWORK.subnet} sha256`],
    };
  }
  return {
    ...common,
    superuser: { name: 'postgres', passwordFile: input.passwordFiles.superuser },
    replication: { name: 'replicator', passwordFile: input.passwordFiles.replication },
    parameters: { shared_buffers: '32MB', unix_socket_directories: socketDir },
    hba: [`host all app ${LAB_NETWORK.subnet} scram-sha-256`],
  };
}
