import type { Reader } from './reader.js';

/** One key of a configuration: everything that is said about it stands here once. */
export interface ConfigKey<Value> {
  /** As in the file: `database.binDir`. */
  readonly path: string;
  /** For people: meaning, unit, effect. Lines of the example file. */
  readonly doc: readonly string[];
  /** What the example file shows after the colon; further lines are indented below. */
  readonly example: readonly string[];
  /** The example shows it commented out. */
  readonly hidden?: boolean;
  readonly read: Reader<Value>;
  readonly required: boolean;
  /** As it would be written; absent when the key has no value unless somebody gives one. */
  readonly default?: string;
  /** Relative values are relative to the file. */
  readonly isPath?: boolean;
}

type Options = Omit<ConfigKey<unknown>, 'path' | 'read' | 'required' | 'default'>;

/** A key that somebody must give. */
export function requiredKey<Value>(
  path: string,
  read: Reader<Value>,
  options: Options,
): ConfigKey<Value> {
  return { ...options, path, read, required: true };
}

/** A key with a default, written as in a file. */
export function defaultKey<Value>(
  path: string,
  read: Reader<Value>,
  options: Options & { readonly default: string },
): ConfigKey<Value> {
  return { ...options, path, read, required: false };
}

/** A key that may be absent. */
export function optionalKey<Value>(
  path: string,
  read: Reader<Value>,
  options: Options,
): ConfigKey<Value | undefined> {
  return { ...options, path, read, required: false };
}

/** `database.binDir` → `MHA_DATABASE_BIN_DIR`. */
export function environmentName(path: string): string {
  return `MHA_${words(path).join('_').toUpperCase()}`;
}

/** `database.binDir` → `database-bin-dir`; on a command line with two hyphens before it. */
export function flagName(path: string): string {
  return words(path).join('-');
}

function words(path: string): readonly string[] {
  return path
    .replaceAll(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`)
    .split('.')
    .filter((word) => word !== '');
}
