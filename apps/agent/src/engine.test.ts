import type { AgentConfig } from '@mha4rdb/node-runtime';
import { missingOnHost, postgresConfigOf } from './engine.js';

const config = {
  database: {
    engine: 'postgres',
    osUser: 'nobody-has-this-name',
    superuser: { name: 'postgres', passwordFile: '/nowhere/pg.pass' },
    replication: { name: 'replicator', passwordFile: '/nowhere/repl.pass' },
  },
} as unknown as AgentConfig;

test('everything that a host lacks is named at once, each with what to do', () => {
  expect(missingOnHost(config)).toEqual([
    expect.objectContaining({
      code: 'no-password',
      message: expect.stringContaining('/nowhere/pg.pass') as string,
      remedy: expect.stringContaining('0600') as string,
    }),
    expect.objectContaining({
      code: 'no-password',
      message: expect.stringContaining('/nowhere/repl.pass') as string,
    }),
    expect.objectContaining({ code: 'no-such-user' }),
  ]);
  expect(postgresConfigOf(config, () => undefined).ok).toBe(false);
});
