import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AGENT_KEYS } from './agent-keys.js';
import { BASE_KEYS } from './base-keys.js';
import { buildBase, buildDatabase, buildHooks, buildWatchdog } from './build.js';
import type { ConfigKind, ConfigOf } from './config.js';
import { crossCheck, warningsOf, type Checked } from './cross-check.js';
import { readDocument, type KnownKeys } from './document.js';
import type { EffectiveValue } from './effective.js';
import { environmentName, flagName, type ConfigKey } from './key.js';
import { inFileOrder, type ConfigProblem } from './problem.js';
import type { Complaint } from './reader.js';
import { resolveKeys, type Resolved } from './resolve.js';
import { nearest, suggestion } from './suggestion.js';

export interface ConfigSources<Kind extends ConfigKind> {
  readonly kind: Kind;
  readonly file: string;
  /** The environment; `MHA_…` of it is read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags by name without hyphens, as `configFlags` lists them. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

export interface LoadedConfig<Kind extends ConfigKind> {
  readonly config: ConfigOf[Kind];
  /** For `--print-config`; every key once. */
  readonly effective: readonly EffectiveValue[];
  readonly warnings: readonly ConfigProblem[];
}

export type ConfigResult<Kind extends ConfigKind> =
  | { readonly ok: true; readonly value: LoadedConfig<Kind> }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Keys in the order of the example file. */
export function keysOf(kind: ConfigKind): readonly ConfigKey<unknown>[] {
  const base: readonly ConfigKey<unknown>[] = Object.values(BASE_KEYS);
  if (kind === 'arbiter') return base;
  const tail = base.filter(({ path: key }) => /^(security|log)\./.test(key));
  const head = base.filter((key) => !tail.includes(key));
  return [...head, ...(Object.values(AGENT_KEYS) as ConfigKey<unknown>[]), ...tail];
}

/** The flags that override single keys, for the program's `--help`. */
export function configFlags(
  kind: ConfigKind,
): readonly { readonly flag: string; readonly path: string; readonly doc: string }[] {
  return keysOf(kind).map((key) => ({
    flag: flagName(key.path),
    path: key.path,
    doc: key.doc.join(' '),
  }));
}

/**
 * Reads, judges and completes a configuration. All problems come at once, in the order of the file;
 * nothing is corrected in silence. The file is the only thing read: whether directories, programs
 * and addresses exist is for `--check`.
 */
export function loadConfig<Kind extends ConfigKind>(
  sources: ConfigSources<Kind>,
): ConfigResult<Kind> {
  const name = path.basename(sources.file);
  const text = readText(sources.file);
  if (text === undefined) {
    const message = `cannot read ${path.resolve(sources.file)}`;
    const expected = `a file that this user can read; "init" writes a commented one`;
    return { ok: false, problems: [{ source: name, path: '', message, expected }] };
  }
  const keys = keysOf(sources.kind);
  const document = readDocument(name, text, knownKeys(sources.kind, keys));
  if (document.problems.some(({ path: at }) => at === '')) {
    return { ok: false, problems: document.problems };
  }
  const resolved = resolveKeys(keys, { ...sources, document });
  const overrides = unknownOverrides(keys, sources);
  const unread = [...resolved.problems, ...halfTls(resolved)];
  const problems = [...document.problems, ...unread, ...overrides];
  if (unread.length > 0) return { ok: false, problems: inFileOrder(problems) };
  // Names that nobody knows keep no value from being judged: all problems come at once.
  const config = build(sources.kind, resolved);
  problems.push(...problemsOf(crossCheck(config), resolved));
  if (problems.length > 0) return { ok: false, problems: inFileOrder(problems) };
  return {
    ok: true,
    value: {
      config: config as unknown as ConfigOf[Kind],
      effective: resolved.effective.map((value) => withDerived(value, config)),
      warnings: problemsOf(warningsOf(config), resolved),
    },
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function knownKeys(kind: ConfigKind, keys: readonly ConfigKey<unknown>[]): KnownKeys {
  const why = 'this is the configuration of an arbiter, which has no database and no VIP';
  return {
    paths: keys.map(({ path: key }) => key),
    foreign: kind === 'arbiter' ? { database: why, vip: why, watchdog: why } : {},
  };
}

function build(kind: ConfigKind, { get }: Resolved): Checked {
  const base = buildBase(get);
  return kind === 'arbiter'
    ? { ...base, kind }
    : {
        ...base,
        kind,
        database: buildDatabase(get, base),
        vip: get(AGENT_KEYS.vip),
        watchdog: buildWatchdog(get),
        hooks: buildHooks(get),
      };
}

/** Defaults that depend on other keys show the value that came of it. */
function withDerived(value: EffectiveValue, { durability, database }: Checked): EffectiveValue {
  if (value.text !== undefined) return value;
  const derived: Readonly<Record<string, string | undefined>> = {
    'durability.degrade': String(durability.degrade),
    'database.osUser': database?.osUser,
    'database.port': database === undefined ? undefined : String(database.port),
    'database.superuser.name': database?.superuser.name,
  };
  return { ...value, text: derived[value.path] };
}

/** A misspelt variable or flag would otherwise change nothing, in silence. */
function unknownOverrides(
  keys: readonly ConfigKey<unknown>[],
  { env, flags }: ConfigSources<ConfigKind>,
): readonly ConfigProblem[] {
  const variables = keys.map(({ path: key }) => environmentName(key));
  const flagNames = keys.map(({ path: key }) => flagName(key));
  const unknownVariables = Object.keys(env).filter(
    (name) => name.startsWith('MHA_') && !variables.includes(name),
  );
  const unknownFlags = Object.keys(flags).filter((name) => !flagNames.includes(name));
  return [
    ...unknownVariables.flatMap((name) => {
      const near = nearest(name, variables);
      return near === undefined
        ? []
        : [{ source: `environment ${name}`, path: '', message: 'unknown', expected: near }];
    }),
    ...unknownFlags.map((name) => ({
      source: `flag --${name}`,
      path: '',
      message: 'unknown',
      expected: suggestion(name, flagNames),
    })),
  ];
}

function halfTls({ get, sourceOf }: Resolved): readonly ConfigProblem[] {
  const parts = [BASE_KEYS.tlsCa, BASE_KEYS.tlsCert, BASE_KEYS.tlsKey];
  const missing = parts.filter((key) => get(key) === undefined);
  return missing.length === parts.length
    ? []
    : missing.map((key) => ({
        ...sourceOf(key.path),
        path: key.path,
        message: 'is missing',
        expected: 'a PEM file: ca, cert and key belong together',
      }));
}

function problemsOf(
  complaints: readonly Complaint[],
  { sourceOf }: Resolved,
): readonly ConfigProblem[] {
  return complaints.map(({ at, message, expected }) => ({
    ...sourceOf(at),
    path: at,
    message,
    expected,
  }));
}
