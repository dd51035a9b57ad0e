import { durationOf, type Duration } from '@mha4rdb/kernel';
import { COMMAND_EXPECTED, readCommand } from './member-readers.js';
import { accepted, complaintsAt, refused, shown, type Reader, type Reading } from './reader.js';
import {
  readAddressWithPrefix,
  readDuration,
  readInterface,
  wordReader,
  type AddressWithPrefix,
} from './scalar-readers.js';
import { listReader, recordReader, type Field } from './structure-readers.js';

const DRIVERS = ['address', 'hook', 'none'] as const;

/** An address of an interface, held by this agent under leases of the kernel's. */
export interface AddressVip extends AddressWithPrefix {
  readonly driver: 'address';
  readonly interface: string;
}

/** An address that commands move: of a cloud, of a router. It does not end by itself. */
export interface HookVip extends AddressWithPrefix {
  readonly driver: 'hook';
  /** A program and its arguments. */
  readonly acquire: readonly string[];
  readonly release: readonly string[];
  readonly status: readonly string[];
  /** For each of them. */
  readonly timeout: Duration;
}

/** An address that somebody else leads to the primary, such as a load balancer. */
export interface ForeignVip extends AddressWithPrefix {
  readonly driver: 'none';
}

export type VipConfig = AddressVip | HookVip | ForeignVip;

/** Five seconds: clouds answer within one or two. */
const HOOK_TIMEOUT = durationOf(5000);
const LONGEST_TIMEOUT = durationOf(60_000);

/** A driver without a program would move nothing. */
const readDriverCommand: Reader<readonly string[]> = (raw) => {
  const words = readCommand(raw);
  return words.ok && words.value.length === 0
    ? refused('no program is named', COMMAND_EXPECTED)
    : words;
};

const readTimeout: Reader<Duration> = (raw) => {
  const duration = readDuration(raw);
  return duration.ok && duration.value > LONGEST_TIMEOUT
    ? refused(`${shown(raw)} would hold up a release for so long`, 'at most 60s')
    : duration;
};

const command: Field = { read: readDriverCommand, required: true, expected: COMMAND_EXPECTED };
const address: Field = {
  read: readAddressWithPrefix,
  required: true,
  expected: 'ADDRESS/PREFIX, such as 10.77.0.100/24',
};
const driver: Field = {
  read: wordReader(DRIVERS),
  required: false,
  expected: 'address, hook or none',
};

const READERS = {
  address: recordReader({
    driver,
    address,
    interface: {
      read: readInterface,
      required: true,
      expected: 'a network interface such as eth0; or driver: hook | none',
    },
  }),
  hook: recordReader({
    driver,
    address,
    acquire: command,
    release: command,
    status: command,
    timeout: { read: readTimeout, required: false, expected: 'a duration such as 5s' },
  }),
  none: recordReader({ driver, address }),
} as const;

const readVip: Reader<VipConfig> = (raw) => {
  const kind = driverOf(raw);
  if (!kind.ok) return kind;
  const read = READERS[kind.value](raw);
  if (!read.ok) return read;
  const { address: place, ...fields } = read.value;
  const defaults = kind.value === 'hook' ? { timeout: HOOK_TIMEOUT } : {};
  const vip = { ...defaults, ...fields, driver: kind.value, ...(place as AddressWithPrefix) };
  return accepted(vip as unknown as VipConfig);
};

/** Which keys are right depends on it, so it is read first. */
function driverOf(raw: unknown): Reading<(typeof DRIVERS)[number]> {
  const given =
    typeof raw === 'object' && raw !== null ? (raw as { driver?: unknown }).driver : undefined;
  if (given === undefined || given === null) return accepted('address');
  const read = wordReader(DRIVERS)(given);
  return read.ok ? read : { ok: false, complaints: complaintsAt('.driver', read.complaints) };
}

export const readVips: Reader<readonly VipConfig[]> = listReader(
  readVip,
  'a list of { address: ADDRESS/PREFIX, interface: NAME }',
);
