import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epochOf, type SynchronousRule } from '@mha4rdb/kernel';
import { Deadline } from './deadline.js';
import { postmasterOf } from './processes.js';
import {
  ask,
  becomePrimary,
  becomeStandby,
  createLab,
  done,
  failure,
  openClient,
  soon,
  until,
  within,
  type Lab,
  type LabNode,
} from './lab.test-support.js';

jest.setTimeout(60_000);

let lab: Lab;
let first: LabNode;
let second: LabNode;

beforeAll(async () => {
  lab = await createLab(2);
  [first, second] = lab.nodes as [LabNode, LabNode];
  await becomePrimary(first, 5);
  await ask(first, 'create table kept (id int primary key)');
  await becomeStandby(second, first);
});

afterAll(() => lab.dispose());

const ruleOf = (node: LabNode): SynchronousRule => ({ standbys: [node.config.node], acks: 1 });
const countOf = async (node: LabNode): Promise<unknown> =>
  (await ask(node, 'select count(*)::int as n from kept'))[0]?.['n'];

test('primary and standby show where they are and how they hang together', async () => {
  const primary = await first.engine.observe();
  expect(primary).toMatchObject({
    process: 'running',
    role: 'primary',
    works: true,
    admits: 'all',
    rule: { standbys: [], acks: 0 },
    position: { epoch: 5, timeline: 2 },
    history: [{ timeline: 1 }],
  });
  await until(async () => {
    const [standby] = (await first.engine.observe()).standbys ?? [];
    return (
      standby?.node === 'n2' &&
      standby.lagMs !== undefined &&
      standby.flushedLsn >= (primary.position?.lsn ?? 0)
    );
  });
  expect(await second.engine.observe()).toMatchObject({
    directory: primary.directory,
    role: 'standby',
    works: true,
    upstream: 'n1',
    receiving: true,
    drained: false,
    admits: 'replication',
    position: { epoch: 5, timeline: 2 },
    history: primary.history,
  });
});

test('every look at a primary proves a write that reached its log', async () => {
  const before = (await first.engine.observe()).position?.lsn ?? 0;
  await first.engine.observe();
  expect((await first.engine.observe()).position?.lsn).toBeGreaterThan(before);
});

test('a marker is written once, and never one of an older epoch', async () => {
  const position = await done(first.engine.writeMarker({ epoch: epochOf(5), first: false }, soon));
  expect(position).toMatchObject({ epoch: 5, timeline: 2 });
  expect(await failure(first.engine.writeMarker({ epoch: epochOf(4), first: false }, soon))).toBe(
    'refused',
  );
  const rows = await ask(first, 'select epoch::int from mha4rdb.epoch_marker');
  expect(rows.map((row) => row['epoch'])).toEqual([5]);
  expect(await failure(second.engine.writeMarker({ epoch: epochOf(9), first: false }, soon))).toBe(
    'refused',
  );
});

test('with the rule, a commit waits for the standby and returns when it is back', async () => {
  await done(first.engine.applyRule(ruleOf(second), soon));
  await done(first.engine.barrier(ruleOf(second), soon));
  await done(second.engine.seal(soon));
  const client = await openClient(first);
  const commit = client.rows('insert into kept values (1)', Deadline.after(15_000));
  await until(async () => {
    const rows = await ask(
      first,
      `select 1 from pg_stat_activity where application_name = 'client' and wait_event = 'SyncRep'`,
    );
    return rows.length === 1;
  });
  expect(await failure(first.engine.barrier(ruleOf(second), within(300)))).toBe('timeout');
  await done(second.engine.follow(first.address, soon));
  await expect(commit).resolves.toBeDefined();
  client.close();
  await done(first.engine.barrier(ruleOf(second), soon));
  await until(async () => (await countOf(second)) === 1);
});

test('the barrier refuses a rule that is not in force', async () => {
  const other = { standbys: [], acks: 0 };
  expect(await failure(first.engine.barrier(other, soon))).toBe('refused');
});

test('a lowered rule lets commits through without the standby, and can be raised again', async () => {
  await done(second.engine.seal(soon));
  await done(first.engine.applyRule({ standbys: [], acks: 0 }, soon));
  await done(first.engine.barrier({ standbys: [], acks: 0 }, soon));
  const client = await openClient(first);
  await client.rows('insert into kept values (2)', Deadline.after(5000));
  await done(first.engine.applyRule(ruleOf(second), soon));
  // From nobody to somebody: the flag that sessions look at must be up when the barrier says so.
  expect(await failure(first.engine.barrier(ruleOf(second), within(300)))).toBe('timeout');
  const commit = client.rows('insert into kept values (3)', Deadline.after(400));
  await expect(commit).rejects.toThrow('no answer in time');
  await done(second.engine.follow(first.address, soon));
  await done(first.engine.barrier(ruleOf(second), soon));
});

test('what ALTER SYSTEM put over the rule is removed with the next write of ours', async () => {
  await ask(first, `alter system set synchronous_standby_names = ''`);
  await ask(first, 'select pg_reload_conf()');
  await until(async () => (await first.engine.observe()).rule?.acks === 0);
  await done(first.engine.applyRule(ruleOf(second), soon));
  expect((await first.engine.observe()).rule).toEqual(ruleOf(second));
  expect(lab.logged.some((line) => line.includes('synchronous_standby_names'))).toBe(true);
});

test('a seal ends the receiver, answers the end of the log, and survives a restart', async () => {
  const flushed = (await first.engine.observe()).position?.lsn ?? 0;
  await done(first.engine.barrier(ruleOf(second), soon));
  const sealed = await done(second.engine.seal(soon));
  expect(sealed).toMatchObject({ epoch: 5, timeline: 2 });
  expect(sealed.lsn).toBeGreaterThanOrEqual(flushed);
  expect(await second.engine.observe()).toMatchObject({
    drained: true,
    receiving: false,
    upstream: null,
    position: sealed,
  });
  await ask(first, `select pg_logical_emit_message(false, 'x', 'more log')`);
  await done(second.engine.stop('fast', soon));
  expect((await second.engine.observe()).upstream).toBeNull();
  await done(second.engine.startSealed(soon));
  expect(await done(second.engine.seal(soon))).toEqual(sealed);
  await done(second.engine.follow(first.address, soon));
  await done(first.engine.barrier(ruleOf(second), soon));
});

test('a standby with an upstream is not promoted', async () => {
  expect(await failure(second.engine.promote(soon))).toBe('refused');
  expect(await failure(second.engine.startSealed(soon))).toBe('refused');
});

test('a reader that holds up the replay does not hold up a seal', async () => {
  await done(second.engine.admit('all', soon));
  const reader = await openClient(second);
  const limit = Deadline.after(20_000);
  await reader.rows('begin isolation level repeatable read', limit);
  await reader.rows('select count(*) from kept', limit);
  await ask(first, 'delete from kept where id = 2');
  await ask(first, 'vacuum kept');
  await until(async () => {
    const waits = await ask(
      second,
      `select wait_event as name from pg_stat_activity where backend_type = 'startup'`,
    );
    return String(waits[0]?.['name']).startsWith('RecoveryConflict');
  });
  const began = performance.now();
  await done(second.engine.seal(soon));
  expect(performance.now() - began).toBeLessThan(5000);
  await expect(reader.rows('select 1', limit)).rejects.toThrow();
  await done(second.engine.admit('replication', soon));
  await done(second.engine.follow(first.address, soon));
  await done(first.engine.barrier(ruleOf(second), soon));
});

test('clients come in only when they are admitted', async () => {
  await done(first.engine.admit('replication', soon));
  await expect(openClient(first)).rejects.toThrow('rejects connection');
  expect((await first.engine.observe()).admits).toBe('replication');
  await done(first.engine.admit('all', soon));
  (await openClient(first)).close();
  await done(first.engine.barrier(ruleOf(second), soon));
});

test('sessions of clients end when asked, replication goes on', async () => {
  const client = await openClient(first);
  await done(first.engine.disconnectClients(soon));
  await expect(client.rows('select 1', Deadline.after(2000))).rejects.toThrow();
  expect((await first.engine.observe()).standbys).toHaveLength(1);
});

test('a promotion ends readers first, keeps the rule, and repeats harmlessly', async () => {
  await ask(first, 'insert into kept values (10)');
  await done(first.engine.barrier(ruleOf(second), soon));
  // Never acknowledged to a client, and on the old primary alone.
  await done(second.engine.seal(soon));
  await ask(first, 'insert into kept values (11)');
  await done(first.engine.stop('immediate', soon));
  await done(second.engine.admit('all', soon));
  const reader = await openClient(second);
  const sealed = await done(second.engine.seal(soon));
  await done(second.engine.applyRule(ruleOf(first), soon));
  const began = await done(second.engine.promote(soon));
  expect(began).toMatchObject({ timeline: 3, switchLsn: sealed.lsn });
  expect(began.history.map((entry) => entry.timeline)).toEqual([1, 2]);
  await expect(reader.rows('select 1', Deadline.after(2000))).rejects.toThrow();
  expect(await done(second.engine.promote(soon))).toEqual(began);
  expect(
    await done(second.engine.writeMarker({ epoch: epochOf(8), first: false }, soon)),
  ).toMatchObject({ epoch: 8 });
  expect(await second.engine.observe()).toMatchObject({
    role: 'primary',
    admits: 'replication',
    rule: ruleOf(first),
    position: { epoch: 8, timeline: 3 },
  });
  expect(await failure(second.engine.barrier(ruleOf(first), within(200)))).toBe('timeout');
  await done(second.engine.admit('all', soon));
});

test('the old primary comes up sealed, keeps its rule, is rewound and follows', async () => {
  const before = await first.engine.observe();
  expect(before).toMatchObject({ process: 'stopped', rule: ruleOf(second) });
  await done(first.engine.startSealed(soon));
  const seen = await first.engine.observe();
  expect(seen).toMatchObject({ role: 'standby', rule: ruleOf(second), admits: 'replication' });
  const sealed = await done(first.engine.seal(soon));
  expect(sealed.epoch).toBe(5);
  await done(first.engine.stop('fast', soon));
  await done(first.engine.rewind(second.address, soon));
  await done(first.engine.follow(second.address, soon));
  await done(second.engine.barrier(ruleOf(first), soon));
  await until(async () => (await first.engine.observe()).position?.epoch === 8);
  const rows = await ask(first, 'select id from kept order by id');
  expect(rows.map((row) => row['id'])).toContain(10);
  expect(rows.map((row) => row['id'])).not.toContain(11);
  const hba = await readFile(join(first.config.dataDir, 'pg_hba.conf'), 'utf8');
  expect(hba).toContain('127.0.0.2/32');
});

test('an orderly stop tells where the log ended, a disorderly one refuses', async () => {
  await done(second.engine.checkpoint(soon));
  expect(await failure(second.engine.cleanEnd(soon))).toBe('refused');
  const last = (await second.engine.observe()).position?.lsn ?? 0;
  await done(second.engine.stop('fast', soon));
  const end = await done(second.engine.cleanEnd(soon));
  expect(end).toMatchObject({ epoch: 8, timeline: 3 });
  expect(end.lsn).toBeGreaterThanOrEqual(last);
  const sealed = await done(first.engine.seal(soon));
  expect(sealed.lsn).toBeGreaterThanOrEqual(end.lsn);
  await done(first.engine.stop('immediate', soon));
  expect(await failure(first.engine.cleanEnd(soon))).toBe('refused');
});

test('a clone replaces a directory of the same database and keeps the old one aside', async () => {
  await done(second.engine.startSealed(soon));
  await done(second.engine.seal(soon));
  await done(second.engine.promote(soon));
  await done(second.engine.writeMarker({ epoch: epochOf(12), first: false }, soon));
  const steps = new Set<string>();
  await appendFile(join(first.config.dataDir, 'a-note'), 'of the operator');
  await done(
    first.engine.clone(second.address, {
      ...soon,
      onProgress: (report) => steps.add(report.step),
    }),
  );
  expect(steps).toContain('copied');
  const note = join(`${first.config.dataDir}.mha-old-1`, 'a-note');
  expect(await readFile(note, 'utf8')).toBe('of the operator');
  expect(await first.engine.observe()).toMatchObject({ process: 'stopped', upstream: null });
  await done(second.engine.stop('fast', soon));
  expect(await done(second.engine.cleanEnd(soon))).toMatchObject({ epoch: 12 });
  await done(first.engine.startSealed(soon));
  expect(await done(first.engine.seal(soon))).toMatchObject({ epoch: 12 });
  expect(postmasterOf(first.config.dataDir)).toBeDefined();
});
