import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createPostgresEngine } from './create-engine.js';
import {
  ask,
  becomePrimary,
  createLab,
  done,
  failure,
  soon,
  until,
  within,
  type Lab,
  type LabNode,
} from './lab.test-support.js';
import { processesTold } from './processes.js';

jest.setTimeout(120_000);

let lab: Lab;
let primary: LabNode;
let restored: LabNode;
let stranger: LabNode;
/** A backup that carries the log which it needs, as a backup tool would keep it. */
let backup: string;

beforeAll(async () => {
  lab = await createLab(3);
  [primary, restored, stranger] = lab.nodes as [LabNode, LabNode, LabNode];
  await Promise.all([becomePrimary(primary, 1), done(stranger.engine.initialize(soon))]);
  await ask(primary, 'create table t (x int)');
  await done(restored.engine.clone(primary.address, soon));
  backup = `${restored.config.dataDir}.backup`;
  await rename(restored.config.dataDir, backup);
  await ask(primary, 'insert into t values (1)');
});

afterAll(() => lab.dispose());

/** The engine of the node whose copies come of this script. */
async function restoringBy(script: string): Promise<LabNode> {
  const file = join(lab.root, 'restore');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  const config = { ...restored.config, cloneCommand: [file, 'an argument'] };
  return { ...restored, config, engine: createPostgresEngine(config) };
}

const markOf = (node: LabNode): string => join(node.config.dataDir, 'mha4rdb.restored');

test('a command that hangs is ended with its children at the deadline', async () => {
  const node = await restoringBy('sleep 600 & sleep 600');
  expect(await failure(node.engine.clone(primary.address, within(1500)))).toBe('timeout');
  const target = join(`${node.config.dataDir}.mha4rdb`, 'work', 'data');
  await until(() => processesTold(`MHA_TARGET=${target}`).length === 0);
  expect((await node.engine.observe()).directory.kind).toBe('absent');
});

test('a command that fails, or restores another database, is left aside: the primary is copied', async () => {
  for (const script of [
    'echo no backup yet >&2; exit 1',
    'exit 0',
    `cp -a ${stranger.config.dataDir} "$MHA_TARGET"`,
  ]) {
    lab.logged.length = 0;
    const node = await restoringBy(script);
    await done(node.engine.clone(primary.address, soon));
    expect(lab.logged.join()).toContain('brought no copy');
    expect(existsSync(markOf(node))).toBe(false);
    expect((await node.engine.observe()).directory).toMatchObject({ kind: 'present' });
  }
});

test('what the command restores catches up with the primary, and is checked first', async () => {
  const node = await restoringBy(
    `test "$1" = "an argument" && test "$MHA_SOURCE_PORT" = ${primary.address.port} && cp -a ${backup} "$MHA_TARGET"`,
  );
  await done(node.engine.clone(primary.address, soon));
  expect(await readFile(markOf(node), 'utf8')).toContain('restore');
  await done(node.engine.startSealed(soon));
  await done(node.engine.follow(primary.address, soon));
  await until(async () => (await node.engine.observe()).receiving === true);
  await until(async () => (await ask(node, 'select x from t')).length === 1);
  await done(node.engine.stop('immediate', soon));
});

test('asked again beside a directory that came of it, the primary is copied: once is enough to see that it does not do', async () => {
  const node = await restoringBy(`cp -a ${backup} "$MHA_TARGET"`);
  expect(existsSync(markOf(node))).toBe(true);
  await done(node.engine.clone(primary.address, soon));
  expect(existsSync(markOf(node))).toBe(false);
});
