import {
  durationOf,
  invariant,
  nodeIdOf,
  parseDuration,
  type Duration,
  type NodeId,
} from '@mha4rdb/kernel';
import { isIP } from 'node:net';
import { accepted, refused, shown, type Reader, type Reading } from './reader.js';

export interface HostPort {
  /** An address without brackets, or a host name. */
  readonly host: string;
  readonly port: number;
}

/** As configurations and the replicated list write it. */
export function hostPortText({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export interface AddressWithPrefix {
  readonly address: string;
  readonly prefix: number;
}

const ONE_LINE = /^[^\p{Cc}]+$/u;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** One line of text. Numbers are refused: YAML would have changed them already (`007`, `1e3`). */
export function textReader(expected: string): Reader<string> {
  return (raw) => {
    if (typeof raw !== 'string') return refused(`${shown(raw)} is not text`, expected);
    if (!ONE_LINE.test(raw)) return refused('is empty or has control characters in it', expected);
    return accepted(raw);
  };
}

/** Names of clusters and nodes: DNS labels, so that they can stand in files, logs and certificates. */
export function labelReader(expected: string): Reader<string> {
  return (raw) =>
    typeof raw === 'string' && DNS_LABEL.test(raw)
      ? accepted(raw)
      : refused(`${shown(raw)} is not such a name`, expected);
}

const NODE_ID_EXPECTED =
  'a node id: lower-case letters, digits and hyphens, at most 63, such as n1 (never an address, R9)';

export const readNodeId: Reader<NodeId> = (raw) => {
  const reading = labelReader(NODE_ID_EXPECTED)(raw);
  return reading.ok ? accepted(nodeIdOf(reading.value)) : reading;
};

export function wordReader<const Word extends string>(words: readonly Word[]): Reader<Word> {
  return (raw) => {
    const word = words.find((candidate) => candidate === raw);
    return word === undefined
      ? refused(`${shown(raw)} is not known here`, `one of ${words.join(', ')}`)
      : accepted(word);
  };
}

export function integerReader(min: number, max: number, unit: string): Reader<number> {
  const expected = `a whole number${unit} from ${min} to ${max}`;
  return (raw) => {
    const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? accepted(value)
      : refused(`${shown(raw)} is not in range`, expected);
  };
}

export const readPort: Reader<number> = integerReader(1, 65_535, ' (a port)');

export const readBoolean: Reader<boolean> = (raw) => {
  if (raw === true || raw === 'true') return accepted(true);
  if (raw === false || raw === 'false') return accepted(false);
  return refused(`${shown(raw)} is neither true nor false`, 'true or false');
};

const DURATION_EXPECTED = 'a duration with its unit, such as 250ms, 1.5s, 2m or 1h';
/** Longer is certainly a slip; and Node's timers end near 24 days. */
const LONGEST = durationOf(24 * 3_600_000);

export const readDuration: Reader<Duration> = (raw) => {
  if (typeof raw === 'number') return refused(`${raw} has no unit`, DURATION_EXPECTED);
  const duration = typeof raw === 'string' ? parseDuration(raw) : undefined;
  if (duration === undefined) return refused(`${shown(raw)} is not a duration`, DURATION_EXPECTED);
  if (duration <= 0) return refused('must not be zero', DURATION_EXPECTED);
  if (duration > LONGEST) return refused(`${shown(raw)} is longer than a day`, DURATION_EXPECTED);
  return accepted(duration);
};

const HOST_PORT_EXPECTED = 'HOST:PORT, such as 10.77.0.11:7400 or [fd00::11]:7400';

export const readHostPort: Reader<HostPort> = (raw) => {
  if (typeof raw !== 'string') {
    return refused(`${shown(raw)} is not an address`, HOST_PORT_EXPECTED);
  }
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(raw);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) {
    const missing = isIP(raw) !== 0 || HOST_NAME.test(raw);
    return refused(
      `${shown(raw)} ${missing ? 'has no port' : 'is no address'}`,
      HOST_PORT_EXPECTED,
    );
  }
  if (match[1] === undefined ? !isHost(host) : isIP(host) !== 6) {
    return refused(`${shown(host)} is neither an address nor a host name`, HOST_PORT_EXPECTED);
  }
  const port = readPort(match[3]);
  return port.ok ? accepted({ host, port: port.value }) : port;
};

/** Of a replicated list, which holds nothing that was not read as a `HOST:PORT` before. */
export function acceptedHostPort(id: NodeId, address: string): HostPort {
  const read = readHostPort(address);
  invariant(read.ok, 'configuration', `the address of ${id} was accepted and is none`, { address });
  return read.value;
}

function isHost(text: string): boolean {
  const looksNumeric = /^[\d.]+$/.test(text);
  return isIP(text) === 4 || (!looksNumeric && HOST_NAME.test(text));
}

const CIDR_EXPECTED = 'ADDRESS/PREFIX, such as 10.77.0.100/24 or fd00::100/64';

export const readAddressWithPrefix: Reader<AddressWithPrefix> = (raw) => {
  if (typeof raw !== 'string') return refused(`${shown(raw)} is not an address`, CIDR_EXPECTED);
  const [address = '', prefix, ...rest] = raw.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) {
    return refused(`${shown(raw)} is not an address with its prefix`, CIDR_EXPECTED);
  }
  if (prefix === undefined) return refused(`${shown(raw)} has no prefix length`, CIDR_EXPECTED);
  return readPrefix(address, prefix, family === 4 ? 32 : 128);
};

function readPrefix(address: string, text: string, longest: number): Reading<AddressWithPrefix> {
  const prefix = integerReader(1, longest, ' (a prefix length)')(text);
  return prefix.ok ? accepted({ address, prefix: prefix.value }) : prefix;
}

export const readInterface: Reader<string> = (raw) =>
  typeof raw === 'string' && /^[^\s/:]{1,15}$/.test(raw)
    ? accepted(raw)
    : refused(
        `${shown(raw)} is not the name of a network interface`,
        'a name such as eth0 (at most 15 characters)',
      );
