import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../exit-code.js';

/** How to reach one cluster. */
export interface Context {
  readonly endpoints: readonly string[];
  readonly insecure: boolean;
  /** Paths; relative ones are relative to the configuration file. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly tokenFile: string | undefined;
}

const PATHS = ['ca', 'cert', 'key', 'tokenFile'] as const;
const KEYS = ['endpoints', 'insecure', ...PATHS];

export function defaultConfigFile(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  return env['MHACTL_CONFIG'] ?? join(base, 'mhactl', 'config.yaml');
}

/** The named context, or the current one; undefined when there is no file and none was asked for. */
export function readContext(file: string, name: string | undefined): Context | undefined {
  if (!existsSync(file)) {
    if (name === undefined) return undefined;
    throw new UsageError(
      `there is no ${file} to find context "${name}" in; "mhactl init" makes one`,
    );
  }
  const document = readYaml(file);
  const contexts = document['contexts'];
  if (!isRecord(contexts)) throw new UsageError(`${file}: "contexts" must map names to clusters`);
  const wanted = name ?? document['current'];
  if (wanted === undefined) return undefined;
  if (typeof wanted !== 'string') throw new UsageError(`${file}: "current" must be a name`);
  const context = contexts[wanted];
  if (!isRecord(context)) {
    const names = Object.keys(contexts).join(', ');
    throw new UsageError(`${file}: there is no context "${wanted}"; there are: ${names}`);
  }
  return contextOf(file, `contexts.${wanted}`, context);
}

function contextOf(file: string, path: string, context: Record<string, unknown>): Context {
  for (const key of Object.keys(context)) {
    if (!KEYS.includes(key)) {
      throw new UsageError(`${file}: ${path}.${key} is not known; known are ${KEYS.join(', ')}`);
    }
  }
  const endpoints = context['endpoints'] ?? [];
  if (!Array.isArray(endpoints) || !endpoints.every((one) => typeof one === 'string')) {
    throw new UsageError(`${file}: ${path}.endpoints must be a list of HOST:PORT`);
  }
  const insecure = context['insecure'] ?? false;
  if (typeof insecure !== 'boolean') {
    throw new UsageError(`${file}: ${path}.insecure must be true or false`);
  }
  const paths = Object.fromEntries(
    PATHS.map((key) => [key, pathOf(file, `${path}.${key}`, context[key])]),
  ) as Pick<Context, (typeof PATHS)[number]>;
  return { endpoints, insecure, ...paths };
}

function pathOf(file: string, path: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw new UsageError(`${file}: ${path} must be the path of a file`);
  return resolve(dirname(file), value);
}

function readYaml(file: string): Record<string, unknown> {
  try {
    const document: unknown = parse(readFileSync(file, 'utf8'));
    if (isRecord(document)) return document;
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`${file}: it must hold "current" and "contexts"`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
