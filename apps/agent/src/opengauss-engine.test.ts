import { DIALECT_NAMES, dialectOf, type DialectName } from '@mha4rdb/db-probe';
import { formatProblems, loadConfig, type AgentConfig } from '@mha4rdb/node-runtime';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openGaussProblems } from './opengauss-engine.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'engine-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function loaded(engine: DialectName, more = ''): AgentConfig {
  const file = path.join(directory, `${engine}.yaml`);
  const text = `cluster: a
node: n1
listen: 127.0.0.1:7400
members: [{ id: n1, address: 127.0.0.1:7400, role: data, database: 127.0.0.1:5432 }]
database: { engine: ${engine}, binDir: /usr/bin, dataDir: /none ${more} }
security: { insecure: true }
`;
  writeFileSync(file, text);
  const result = loadConfig({ kind: 'agent', file, env: {}, flags: {} });
  if (!result.ok) throw new Error(formatProblems(result.problems));
  return result.value.config;
}

test.each(DIALECT_NAMES)('the defaults for %s are those of its dialect', (engine) => {
  const { osUser } = dialectOf(engine);
  const { database } = loaded(engine);
  expect(database).toMatchObject({ engine, osUser, superuser: { name: osUser } });
  expect(openGaussProblems(loaded(engine))).toEqual([]);
});

test('what this version cannot do beside a server of the family is refused by name', () => {
  const config = loaded('vastbase', ', slots: [cdc]');
  const [member] = config.members;
  if (member === undefined) throw new Error('it has a member');
  const members = [{ ...member, database: { host: 'db1.example', port: 5432 } }];
  const wrong: AgentConfig = { ...config, members, election: 'external' };
  expect(openGaussProblems(wrong).map(({ code }) => code)).toEqual([
    'unsupported-election',
    'unsupported-slots',
    'unsupported-address',
  ]);
});
