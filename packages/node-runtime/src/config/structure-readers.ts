import type { Duration } from '@mha4rdb/kernel';
import { parse } from 'yaml';
import {
  accepted,
  complaintsAt,
  refused,
  shown,
  type Complaint,
  type Reader,
  type Reading,
} from './reader.js';
import { readDuration } from './scalar-readers.js';
import { suggestion } from './suggestion.js';

/**
 * Lists and mappings arrive as text: convict knows scalars only, and an environment variable or a
 * flag holds text anyway. From the file they come re-written as JSON, which is YAML too.
 */
function structureOf(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  try {
    return parse(raw) as unknown;
  } catch {
    return raw;
  }
}

export function listReader<Item>(item: Reader<Item>, expected: string): Reader<readonly Item[]> {
  return (raw) => {
    const list = structureOf(raw);
    if (!Array.isArray(list)) return refused(`${shown(list)} is not a list`, expected);
    return gather(list.map((part, index) => [`[${index}]`, item(part)] as const));
  };
}

/** A mapping whose keys are free, such as server parameters. */
export function mapReader<Item>(
  item: Reader<Item>,
  expected: string,
): Reader<Readonly<Record<string, Item>>> {
  return (raw) => {
    const map = structureOf(raw);
    if (!isMapping(map)) return refused(`${shown(map)} is not a mapping`, expected);
    const names = Object.keys(map);
    const items = gather(names.map((name) => [`.${name}`, item(map[name])] as const));
    if (!items.ok) return items;
    return accepted(Object.fromEntries(items.value.map((value, index) => [names[index], value])));
  };
}

export interface Field {
  readonly read: Reader<unknown>;
  readonly required: boolean;
  /** What stands there, for the complaint that it is missing. */
  readonly expected: string;
}

/** A mapping whose keys are fixed; unknown ones are refused with the nearest known one. */
export function recordReader(
  fields: Readonly<Record<string, Field>>,
): Reader<Readonly<Record<string, unknown>>> {
  const names = Object.keys(fields);
  const expected = `a mapping with ${names.join(', ')}`;
  return (raw) => {
    const map = structureOf(raw);
    if (!isMapping(map)) return refused(`${shown(map)} is not a mapping`, expected);
    const unknown = Object.keys(map).filter((name) => !names.includes(name));
    const complaints: Complaint[] = unknown.map((name) => ({
      at: `.${name}`,
      message: 'unknown key',
      expected: suggestion(name, names),
    }));
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const reading = readField(map[name], field);
      if (!reading.ok) complaints.push(...complaintsAt(`.${name}`, reading.complaints));
      else if (reading.value !== undefined) values[name] = reading.value;
    }
    return complaints.length === 0 ? accepted(values) : { ok: false, complaints };
  };
}

function readField(raw: unknown, field: Field): Reading<unknown> {
  if (raw !== undefined && raw !== null) return field.read(raw);
  return field.required ? refused('is missing', field.expected) : accepted(undefined);
}

/** The name of a preset, or durations by name in milliseconds; `core/lease` checks the rest. */
export type TimingInput = string | Readonly<Record<string, Duration>>;

const TIMING_EXPECTED =
  'fast, balanced, relaxed, or durations by name such as { grant: 3s, margin: 1s, heartbeat: 400ms }';

export const readTiming: Reader<TimingInput> = (raw) => {
  const value = structureOf(raw);
  if (typeof value !== 'string') return mapReader(readDuration, TIMING_EXPECTED)(value);
  return /^[a-z]+$/.test(value)
    ? accepted(value)
    : refused(`${shown(value)} is not a preset`, TIMING_EXPECTED);
};

/** A server parameter: text, number or true/false; kept as text, as the server reads it. */
export const readParameter: Reader<string> = (raw) => {
  if (typeof raw === 'number' || typeof raw === 'boolean') return accepted(String(raw));
  return typeof raw === 'string' && /^[^\p{Cc}]*$/u.test(raw)
    ? accepted(raw)
    : refused(`${shown(raw)} is not one value`, 'a text, a number, true or false');
};

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function gather<Item>(parts: readonly (readonly [string, Reading<Item>])[]): Reading<Item[]> {
  const complaints = parts.flatMap(([place, reading]) =>
    reading.ok ? [] : complaintsAt(place, reading.complaints),
  );
  if (complaints.length > 0) return { ok: false, complaints };
  return accepted(parts.flatMap(([, reading]) => (reading.ok ? [reading.value] : [])));
}
