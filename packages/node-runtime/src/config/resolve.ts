import convict from 'convict';
import path from 'node:path';
import type { ConfigDocument } from './document.js';
import { effectiveText, type EffectiveValue } from './effective.js';
import { environmentName, flagName, type ConfigKey } from './key.js';
import type { ConfigProblem } from './problem.js';

export interface Sources {
  readonly file: string;
  readonly document: ConfigDocument;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By flag name without hyphens: `{ 'log-level': 'debug' }`. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** All values after precedence (flag, environment, file, default), read and judged one by one. */
export interface Resolved {
  readonly get: <Value>(key: ConfigKey<Value>) => Value;
  readonly problems: readonly ConfigProblem[];
  readonly effective: readonly EffectiveValue[];
  /** Where `path`, or the key that holds it, was said. */
  readonly sourceOf: (path: string) => Pick<ConfigProblem, 'source' | 'line' | 'column'>;
}

type Schema = { [name: string]: Schema | convict.SchemaObj<unknown> };

/**
 * convict applies defaults and precedence and calls each key's reader. Every value reaches it as
 * text or as a plain scalar: it would coerce by the default's type otherwise (`maybe` → true), and
 * it flattens mappings. Its own message text is not used; the readers' complaints are.
 */
export function resolveKeys(keys: readonly ConfigKey<unknown>[], sources: Sources): Resolved {
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  const sourceOf = sourceFinder(keys, sources);
  const judge = (key: ConfigKey<unknown>) => (raw: unknown) => {
    const reading = readKey(key, raw);
    if (reading.ok) values.set(key.path, reading.value);
    else {
      problems.push(
        ...reading.complaints.map(({ at, message, expected }) => ({
          ...sourceOf(key.path + at),
          path: key.path + at,
          message,
          expected,
        })),
      );
    }
  };
  const config = convict<unknown>(schemaOf(keys, judge), {
    env: overrides(keys, sources),
    args: [],
  });
  config.load(fileValues(keys, sources.document));
  config.validate({ allowed: 'strict' });

  const directory = path.dirname(path.resolve(sources.file));
  const absolute = (key: ConfigKey<unknown>, value: unknown): unknown =>
    key.isPath === true && typeof value === 'string' ? path.resolve(directory, value) : value;
  return {
    get: <Value>(key: ConfigKey<Value>) => absolute(key, values.get(key.path)) as Value,
    problems,
    sourceOf,
    effective: keys.map((key) => ({
      path: key.path,
      text: effectiveText(key, absolute(key, config.get(key.path as never))),
      origin: originOf(key.path, sources),
    })),
  };
}

function readKey(key: ConfigKey<unknown>, raw: unknown): ReturnType<typeof key.read> {
  if (raw !== null && raw !== undefined) return key.read(raw);
  if (!key.required) return { ok: true, value: undefined };
  const expected = `${key.path}: ${key.example.find((line) => line !== '') ?? ''}`;
  return { ok: false, complaints: [{ at: '', message: 'is missing', expected }] };
}

function schemaOf(
  keys: readonly ConfigKey<unknown>[],
  judge: (key: ConfigKey<unknown>) => (raw: unknown) => void,
): Schema {
  const root: Schema = {};
  for (const key of keys) {
    const steps = key.path.split('.');
    const name = steps.pop() ?? key.path;
    let group = root;
    for (const step of steps) group = group[step] ??= {};
    group[name] = {
      default: key.default ?? null,
      format: judge(key),
      env: environmentName(key.path),
    };
  }
  return root;
}

/** A flag is passed as the environment variable of its key: it wins over that, and over the file. */
function overrides(
  keys: readonly ConfigKey<unknown>[],
  { env, flags }: Sources,
): Record<string, string> {
  const entries = keys.flatMap((key) => {
    const name = environmentName(key.path);
    const text = flags[flagName(key.path)] ?? env[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries);
}

function fileValues(
  keys: readonly ConfigKey<unknown>[],
  document: ConfigDocument,
): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const key of keys) {
    const value = document.values.get(key.path);
    if (value === undefined) continue;
    const steps = key.path.split('.');
    const name = steps.pop() ?? key.path;
    let group = root;
    for (const step of steps) group = (group[step] ??= {}) as Record<string, unknown>;
    group[name] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  return root;
}

function sourceFinder(keys: readonly ConfigKey<unknown>[], sources: Sources): Resolved['sourceOf'] {
  return (wanted) => {
    const owner = keys.find(({ path: known }) => isAtOrBelow(wanted, known))?.path ?? wanted;
    const origin = originOf(owner, sources);
    return origin.startsWith('flag') || origin.startsWith('environment')
      ? { source: origin }
      : sources.document.placeOf(wanted);
  };
}

function isAtOrBelow(wanted: string, known: string): boolean {
  return wanted === known || (wanted.startsWith(known) && /[.[]/.test(wanted.charAt(known.length)));
}

function originOf(known: string, { document, env, flags }: Sources): string {
  if (flags[flagName(known)] !== undefined) return `flag --${flagName(known)}`;
  const variable = environmentName(known);
  if (env[variable] !== undefined) return `environment ${variable}`;
  return document.values.has(known) ? document.placeOf(known).source : 'default';
}
