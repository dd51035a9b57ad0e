import { nodeIdOf } from '@mha4rdb/kernel';
import { parseSettings } from './conf-text.js';
import { INITIAL_STATE, parseManagedFile, renderManagedFile } from './managed-file.js';
import {
  FORCED_SETTINGS,
  mergeSettings,
  raisedSettings,
  settingsToStrip,
} from './managed-settings.js';

const place = { port: 5432, socketDir: '/run/pg', version: 15, parameters: {}, raised: {} };
const n2 = nodeIdOf('n2');

test.each([
  ['sealed and closed', INITIAL_STATE],
  [
    'following, open, with a rule',
    {
      rule: { standbys: [n2], acks: 1 },
      upstream: { node: n2, conninfo: "host='10.0.0.2' user='it\\'s'" },
      admits: 'all' as const,
      generation: 12,
    },
  ],
])('the durable state survives being written and read: %s', (_, state) => {
  expect(parseManagedFile(renderManagedFile({ ...state, ...place }))).toEqual(state);
});

test('a sealed server has an empty upstream, not a missing one', () => {
  const settings = parseSettings(renderManagedFile({ ...INITIAL_STATE, ...place }));
  expect(settings.get('primary_conninfo')).toBe('');
  expect(settings.get('synchronous_standby_names')).toBe('');
});

test.each(['', 'port = 5432\n', "synchronous_standby_names = '*'\nmha4rdb.upstream = ''\n"])(
  'a file that is not whole, or not ours, has no state: %j',
  (text) => {
    expect(parseManagedFile(text)).toBeUndefined();
  },
);

test.each([
  ['restart_after_crash', 'on'],
  ['Restart_After_Crash', 'on'],
  ['fsync', 'off'],
  ['synchronous_commit', 'local'],
  ['wal_level', 'minimal'],
  ['primary_conninfo', 'host=elsewhere'],
  ['port', '1'],
])('%s = %s of the operator is refused with its name', (name, value) => {
  const { settings, refused } = mergeSettings({ [name]: value }, 15);
  expect(refused).toHaveLength(1);
  expect(refused[0]).toContain(name);
  expect(settings.get(name.toLowerCase())).not.toBe(value);
});

test.each([
  ['shared_buffers', '1GB'],
  ['synchronous_commit', 'remote_apply'],
  ['wal_level', 'logical'],
  ['wal_keep_size', '4GB'],
  ['listen_addresses', '10.0.0.1'],
  ['restart_after_crash', 'off'],
])('%s = %s of the operator is used', (name, value) => {
  const { settings, refused } = mergeSettings({ [name]: value }, 15);
  expect(refused).toEqual([]);
  expect(settings.get(name)).toBe(value);
});

test('what would override our file in postgresql.auto.conf is named, the rule first of all', () => {
  const names = settingsToStrip({ work_mem: '8MB' }, 15);
  for (const name of ['synchronous_standby_names', 'primary_conninfo', 'work_mem', 'port']) {
    expect(names).toContain(name);
  }
  for (const name of Object.keys(FORCED_SETTINGS)) expect(names).toContain(name);
});

test('a start as a standby raises what the log was written under, and lowers nothing', () => {
  const configured = new Map([
    ['max_connections', '20'],
    ['max_wal_senders', '20'],
  ]);
  const floors = { max_connections: 100, max_wal_senders: 10, max_locks_per_transaction: 128 };
  const raised = raisedSettings(floors, configured);
  expect(raised).toEqual({ max_connections: '100', max_locks_per_transaction: '128' });
  const text = renderManagedFile({
    ...INITIAL_STATE,
    ...place,
    parameters: { max_connections: '20' },
    raised,
  });
  expect(parseSettings(text).get('max_connections')).toBe('100');
});

test('an older server is not given what it does not know', () => {
  expect(mergeSettings({}, 13).settings.has('recovery_init_sync_method')).toBe(false);
  expect(mergeSettings({}, 14).settings.get('recovery_init_sync_method')).toBe('syncfs');
});
