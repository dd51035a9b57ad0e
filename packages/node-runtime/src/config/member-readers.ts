import type { NodeId } from '@mha4rdb/kernel';
import { accepted, refused, shown, type Reader } from './reader.js';
import {
  integerReader,
  readBoolean,
  readHostPort,
  readNodeId,
  wordReader,
  type HostPort,
} from './scalar-readers.js';
import { listReader, recordReader } from './structure-readers.js';

export type MemberRole = 'data' | 'arbiter';

/** One member as the file names it, to form the cluster; afterwards the replicated list rules. */
export interface MemberConfig {
  readonly id: NodeId;
  readonly address: HostPort;
  readonly role: MemberRole;
  /** Where clients and standbys reach its database; present on data members only. */
  readonly database?: HostPort;
  /** Breaks ties among equals; the greater wins. 0 unless given. */
  readonly priority: number;
  /** Kept from taking over by itself; commits do not count on it. */
  readonly noFailover?: boolean;
  /** Commits do not count on it. */
  readonly noSync?: boolean;
}

const readMember = recordReader({
  id: { read: readNodeId, required: true, expected: 'a node id such as n1' },
  address: {
    read: readHostPort,
    required: true,
    expected: 'HOST:PORT of its agent, such as 10.77.0.11:7400',
  },
  role: { read: wordReader(['data', 'arbiter']), required: true, expected: 'data or arbiter' },
  database: {
    read: readHostPort,
    required: false,
    expected: 'HOST:PORT of its database, such as 10.77.0.11:5432',
  },
  priority: {
    read: integerReader(0, 1_000_000, ''),
    required: false,
    expected: 'a whole number; the greater wins among equals',
  },
  noFailover: { read: readBoolean, required: false, expected: 'true or false' },
  noSync: { read: readBoolean, required: false, expected: 'true or false' },
});

const memberList = listReader(readMember, 'a list of { id, address, role, database }');

export const readMembers: Reader<readonly MemberConfig[]> = (raw) => {
  const list = memberList(raw);
  if (!list.ok) return list;
  return accepted(
    list.value.map((record) => ({ priority: 0, ...record }) as unknown as MemberConfig),
  );
};

const HBA_EXPECTED = 'a pg_hba.conf line, such as "host all app 10.77.0.0/24 scram-sha-256"';

export const readAccessRules: Reader<readonly string[]> = listReader(
  (raw) =>
    typeof raw === 'string' &&
    /^(local|host|hostssl|hostnossl|hostgssenc|hostnogssenc)\s+\S+\s+\S+.*$/.test(raw)
      ? accepted(raw)
      : refused(`${shown(raw)} is not an access rule`, HBA_EXPECTED),
  'a list of pg_hba.conf lines',
);

const SLOT_EXPECTED =
  'a name of a-z, 0-9 and _, at most 63 long, that does not begin with mha_ (those are ours)';

export const readSlotNames: Reader<readonly string[]> = listReader(
  (raw) =>
    typeof raw === 'string' && /^(?!mha_)[a-z0-9_]{1,63}$/.test(raw)
      ? accepted(raw)
      : refused(`${shown(raw)} is not the name of a slot`, SLOT_EXPECTED),
  'a list of names of replication slots',
);

/** What every key that takes a program says of itself. */
export const COMMAND_EXPECTED =
  'a program by its full path, and its arguments, such as [/usr/local/bin/NAME, ARGUMENT]';

const commandWords = listReader(
  (raw) =>
    typeof raw === 'string' ? accepted(raw) : refused(`${shown(raw)} is no text`, 'a text'),
  COMMAND_EXPECTED,
);

/** A program by its full path and its arguments; no shell reads them. Empty: none. */
export const readCommand: Reader<readonly string[]> = (raw) => {
  const words = commandWords(raw);
  if (!words.ok) return words;
  const [program] = words.value;
  return program === undefined || program.startsWith('/')
    ? words
    : refused(`${shown(program)} is not a full path`, COMMAND_EXPECTED);
};
