import { stringify } from 'yaml';
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
}

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
  return {
    engine: 'postgres',
    binDir: input.binDir,
    dataDir: `${input.directory}/pg`,
    osUser: 'postgres',
    port: LAB_NETWORK.databasePort,
    superuser: { name: 'postgres', passwordFile: input.passwordFiles.superuser },
    replication: { name: 'replicator', passwordFile: input.passwordFiles.replication },
    // All hosts of a lab share one file system: each server needs a socket directory of its own.
    parameters: { shared_buffers: '32MB', unix_socket_directories: `${input.directory}/run` },
    hba: [`host all app ${LAB_NETWORK.subnet} scram-sha-256`],
  };
}
