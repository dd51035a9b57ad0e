import {
  ask,
  becomePrimary,
  becomeStandby,
  createLab,
  done,
  soon,
  until,
  type Lab,
  type LabNode,
} from './lab.test-support.js';

jest.setTimeout(60_000);

let lab: Lab;
let first: LabNode;
let second: LabNode;

beforeAll(async () => {
  const parameters = {
    shared_buffers: '16MB',
    wal_keep_size: '0',
    min_wal_size: '32MB',
    max_slot_wal_keep_size: '48MB',
  };
  lab = await createLab(2, { permanentSlots: ['backup'], parameters });
  [first, second] = lab.nodes as [LabNode, LabNode];
  await becomePrimary(first, 5);
  await becomeStandby(second, first);
});

afterAll(() => lab.dispose());

const endOf = async (node: LabNode): Promise<number> =>
  (await node.engine.observe()).position?.lsn ?? 0;

async function slotsOf(node: LabNode): Promise<Readonly<Record<string, number>>> {
  const rows = await ask(
    node,
    `select slot_name as name, coalesce(restart_lsn - '0/0', 0)::text as lsn
     from pg_replication_slots order by 1`,
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['lsn'])]));
}

const keep = (node: LabNode, other: LabNode, keepFrom: number | 'checkpoint' | null) =>
  node.engine.keepSlots!(
    {
      members: [{ node: other.config.node, keepFrom }],
      primary: node === first ? null : first.address,
    },
    soon,
  );

test('the primary keeps log for a standby, and lets go of what that one has', async () => {
  await done(keep(first, second, null));
  const begun = await slotsOf(first);
  expect(Object.keys(begun)).toEqual(['backup', 'mha_n2']);
  await ask(first, `select pg_logical_emit_message(false, 'x', repeat('x', 100000))`);
  const end = await endOf(first);
  await done(keep(first, second, end));
  expect(await slotsOf(first)).toMatchObject({ mha_n2: end, backup: begun['backup'] });
  await done(keep(first, second, null));
  expect(await slotsOf(first)).toMatchObject({ mha_n2: end });
});

test('a standby keeps for the primary what that one would be wound back over', async () => {
  await done(first.engine.checkpoint(soon));
  const end = await endOf(first);
  await until(async () => (await endOf(second)) >= end);
  await done(keep(second, first, 'checkpoint'));
  const [row] = await ask(
    second,
    `select (redo_lsn - '0/0')::text as lsn from pg_control_checkpoint()`,
  );
  const slots = await slotsOf(second);
  expect(slots['mha_n1']).toBeLessThanOrEqual(Number(row?.['lsn']));
  expect(slots['mha_n1']).toBeGreaterThan(0);
});

test('a permanent slot follows its consumer on every standby', async () => {
  const end = await endOf(first);
  await ask(first, `select pg_replication_slot_advance('backup', '0/0'::pg_lsn + ${end})`);
  await until(async () => {
    await done(keep(second, first, null));
    return (await slotsOf(second))['backup'] === end;
  });
});

test('a claim beyond the end of the own log moves a slot to that end and no further', async () => {
  await done(keep(second, first, Number.MAX_SAFE_INTEGER));
  const { mha_n1: kept = 0 } = await slotsOf(second);
  expect(kept).toBeLessThanOrEqual(await endOf(second));
});

test('what is kept is bounded: beyond that a slot is given up, and begins anew', async () => {
  for (let segment = 0; segment < 5; segment += 1) {
    await ask(first, `select pg_logical_emit_message(false, 'x', 'x')`);
    await ask(first, 'select pg_switch_wal()');
  }
  await done(first.engine.checkpoint(soon));
  expect(await slotsOf(first)).toMatchObject({ mha_n2: 0, backup: 0 });
  await done(keep(first, second, null));
  const slots = await slotsOf(first);
  expect(slots['mha_n2']).toBeGreaterThan(0);
  expect(slots['backup']).toBeGreaterThan(0);
});

test('slots of a promoted standby serve the member that was behind', async () => {
  await ask(first, `select pg_logical_emit_message(true, 'x', 'last')`);
  const end = await endOf(first);
  await until(async () => (await endOf(second)) >= end);
  const before = await slotsOf(second);
  await done(second.engine.seal(soon));
  await done(first.engine.stop('immediate', soon));
  await done(second.engine.promote(soon));
  expect(await slotsOf(second)).toEqual(before);
});
