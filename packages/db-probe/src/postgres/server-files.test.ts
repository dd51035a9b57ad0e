import { passfileLine, renderConninfo } from './conninfo.js';
import { parseControlData } from './control-data.js';
import { systemIdOf } from './control-file.js';
import { parsePostmasterPid } from './postmaster-pid.js';

test('a system identifier is read as the server prints it', () => {
  const bytes = new Uint8Array([0x08, 0x30, 0x3f, 0x1c, 0xb5, 0x51, 0x04, 0x6b, 0xff]);
  expect(systemIdOf(bytes)).toBe(BigInt('0x6b0451b51c3f3008').toString());
});

test.each([[new Uint8Array(7)], [new Uint8Array(8)]])(
  'a control file that is short or empty has no identifier',
  (bytes) => {
    expect(systemIdOf(bytes)).toBeUndefined();
  },
);

test('a pid file is read line by line', () => {
  const text = '4711\n/data\n1700000000\n5432\n/run/pg\n*\n 123 4\nready   \n';
  expect(parsePostmasterPid(text)).toEqual({
    pid: 4711,
    dataDir: '/data',
    port: 5432,
    socketDir: '/run/pg',
  });
});

test('a pid file that is being written names no server yet, or one without its port', () => {
  expect(parsePostmasterPid('')).toBeUndefined();
  expect(parsePostmasterPid('4711\n')).toBeUndefined();
  expect(parsePostmasterPid('1\n/data\n')).toBeUndefined();
  expect(parsePostmasterPid('4711\n/data\n')).toEqual({ pid: 4711, dataDir: '/data' });
});

test('values of a connection text are quoted', () => {
  expect(renderConninfo({ host: 'h', port: 1, user: "o'b\\" })).toBe(
    "host='h' port='1' user='o\\'b\\\\'",
  );
});

test('colons and backslashes in a password file are escaped', () => {
  expect(passfileLine('*', '*', 'u', 'a:b\\c')).toBe('*:*:*:u:a\\:b\\\\c');
});

test("a stopped server's control data is read; other output is not", () => {
  const text = [
    'Database cluster state:               shut down',
    'Latest checkpoint location:           0/3000060',
    "Latest checkpoint's TimeLineID:       2",
    'max_connections setting:              100',
    'max_prepared_xacts setting:           0',
  ].join('\n');
  expect(parseControlData(text)).toEqual({
    state: 'shut down',
    checkpointLsn: 0x3000060,
    timeline: 2,
    floors: { max_connections: 100, max_prepared_transactions: 0 },
  });
  expect(parseControlData('pg_controldata: error')).toBeUndefined();
});
