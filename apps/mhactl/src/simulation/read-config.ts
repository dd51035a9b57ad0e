import { readFileSync } from 'node:fs';
import {
  formatProblems,
  foundingOf,
  loadConfig,
  type BaseConfig,
  type ConfigKind,
} from '@mha4rdb/node-runtime/config';
import { parse } from 'yaml';

type Founded = Extract<ReturnType<typeof foundingOf>, { readonly ok: true }>['value'];

/** What a run needs of a configuration. */
export interface Setup extends Founded {
  readonly config: BaseConfig;
}

export type ReadConfig =
  | { readonly ok: true; readonly setup: Setup; readonly warnings: string }
  | { readonly ok: false; readonly problems: string };

/** Reads a configuration as agent or arbiter would, and refuses it in the same words. */
export function readConfig(file: string, env: NodeJS.ProcessEnv): ReadConfig {
  const loaded = loadConfig({ kind: kindOf(file), file, env, flags: {} });
  if (!loaded.ok) return { ok: false, problems: formatProblems(loaded.problems) };
  const { config, warnings } = loaded.value;
  const founded = foundingOf(config);
  if (!founded.ok) return { ok: false, problems: `${file}: timing: ${founded.error.message}` };
  return { ok: true, setup: { ...founded.value, config }, warnings: formatProblems(warnings) };
}

/** An arbiter's file names itself as such among its members; whatever else it is, is an agent's. */
function kindOf(file: string): ConfigKind {
  try {
    const { node, members } = parse(readFileSync(file, 'utf8')) as {
      readonly node?: unknown;
      readonly members?: readonly { readonly id?: unknown; readonly role?: unknown }[];
    };
    const own = members?.find(({ id }) => id === node);
    return own?.role === 'arbiter' ? 'arbiter' : 'agent';
  } catch {
    // The loader says what is wrong with it, and where.
    return 'agent';
  }
}
