import { err, ok, type Result } from '@mha4rdb/kernel';
import type { ClusterSettings, DurabilitySettings } from './state.js';

/** One setting as people write it: `durability.mode` and `all`. */
export interface Setting {
  readonly key: string;
  readonly value: string;
}

type SettingProblem = 'unknown-key' | 'bad-value' | 'not-replicated';

interface SettingKey {
  readonly read: (settings: ClusterSettings) => string;
  /** Null: no such value. */
  readonly change: (settings: ClusterSettings, value: string) => ClusterSettings | null;
  readonly values: string;
}

const MODES: readonly DurabilitySettings['mode'][] = ['majority', 'all', 'async'];

const KEYS: Readonly<Record<string, SettingKey>> = {
  'durability.mode': {
    read: ({ durability }) => durability.mode,
    change: (settings, value) => {
      const mode = MODES.find((one) => one === value);
      return mode === undefined ? null : withDurability(settings, { mode });
    },
    values: MODES.join(' | '),
  },
  'durability.degrade': {
    read: ({ durability }) => String(durability.degrade),
    change: (settings, value) =>
      value === 'true' || value === 'false'
        ? withDurability(settings, { degrade: value === 'true' })
        : null,
    values: 'true | false',
  },
};

/** What every member's own configuration file says, and why an order does not change it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  timing: 'grants that are in force were counted with it',
  members: 'that is what `mhactl member` is for',
  database: 'it stands in the configuration of each agent',
  vip: 'it stands in the configuration of each agent',
  security: 'it stands in the configuration of each member',
};

/** All replicated settings, in the order in which people are shown them. */
export function settingsOf(settings: ClusterSettings): readonly Setting[] {
  return Object.entries(KEYS).map(([key, { read }]) => ({ key, value: read(settings) }));
}

/** The settings after these changes, or what is wrong with the first that cannot be made. */
export function changedSettings(
  before: ClusterSettings,
  changes: readonly Setting[],
): Result<ClusterSettings, SettingProblem> {
  let settings = before;
  for (const { key, value } of changes) {
    const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (known === undefined) return unknown(key);
    const next = known.change(settings, value);
    if (next === null) return err('bad-value', `${key}: "${value}" is no value`, known.values);
    settings = next;
  }
  return ok(settings);
}

function unknown(key: string): Result<never, SettingProblem> {
  const section = key.split('.')[0] ?? '';
  const why = Object.hasOwn(ELSEWHERE, section) ? ELSEWHERE[section] : undefined;
  if (why === undefined) {
    return err('unknown-key', `there is no setting ${key}`, Object.keys(KEYS).join(', '));
  }
  return err('not-replicated', `${key} is no replicated setting: ${why}`, 'change it there');
}

function withDurability(
  settings: ClusterSettings,
  changes: Partial<DurabilitySettings>,
): ClusterSettings {
  return { ...settings, durability: { ...settings.durability, ...changes } };
}
