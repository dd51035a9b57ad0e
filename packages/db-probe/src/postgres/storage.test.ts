import { judgeStorage, readStorageLine, type StorageFindings } from './storage.js';

const MB = 1 << 20;
const well: StorageFindings = {
  pendingMs: null,
  error: null,
  free: { dataDir: 900 * MB, log: 900 * MB },
};

test.each([
  ['a write that comes back', {}, false, null],
  ['a write that takes long, as on a busy disk', { pendingMs: 9999 }, false, null],
  [
    'a write that does not come back',
    { pendingMs: 10_000 },
    true,
    'the data directory has not taken a write for 10 s',
  ],
  [
    'a disk that was set read-only',
    { error: 'Read-only file system', free: null },
    true,
    'the data directory takes no writes: Read-only file system',
  ],
  ['a full disk, which the others have too', { error: 'No space left on device' }, false, null],
  [
    'little room for the log',
    { free: { dataDir: 900 * MB, log: 3.5 * MB } },
    false,
    'the file system of pg_wal has 3 MB left',
  ],
  [
    'little room for data',
    { free: { dataDir: 63 * MB, log: 900 * MB } },
    false,
    'the file system of the data directory has 63 MB left',
  ],
  ['a probe that could not be run', { error: 'not found', free: null }, false, null],
])('%s', (_case, change, failed, problem) => {
  expect(judgeStorage({ ...well, ...change })).toEqual({ failed, problem });
});

test('the probe says what is free, or why it could not write, and nothing else is understood', () => {
  expect(readStorageLine('ok 10 4096 20 1024')).toEqual({
    error: null,
    free: { dataDir: 40_960, log: 20_480 },
  });
  expect(readStorageLine('no Input/output error')).toEqual({
    error: 'Input/output error',
    free: null,
  });
  expect(readStorageLine('ok 10 4096')).toBeUndefined();
  expect(readStorageLine('sh: dd: not found')).toBeUndefined();
});
