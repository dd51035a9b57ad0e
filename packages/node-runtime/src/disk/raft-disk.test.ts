import type { LogEntry, Persist, PersistedRaft, Snapshot } from '@mha4rdb/core';
import { logIndexOf, nodeIdOf, termOf } from '@mha4rdb/kernel';
import fc from 'fast-check';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RaftDisk } from './raft-disk.js';

type Disk = RaftDisk<string, string>;
type Work = Persist<string, string>;
type Held = PersistedRaft<string, string>;

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'raft-disk-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function open(directory = path.join(root, 'raft'), observe = () => {}): Promise<Disk> {
  const opened = await RaftDisk.open<string, string>(directory, observe);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

function entry(index: number, term: number, command = `c${index}.${term}`): LogEntry<string> {
  return {
    index: logIndexOf(index),
    term: termOf(term),
    payload: { kind: 'command', command },
  };
}

function snapshot(index: number, term: number): Snapshot<string> {
  return {
    index: logIndexOf(index),
    term: termOf(term),
    configuration: { voters: [nodeIdOf('n1')], votersOutgoing: [], learners: [] },
    machine: `state at ${index}`,
  };
}

let ticket = 0;
function work(parts: Partial<Work>): Work {
  return { kind: 'persist', ticket: ++ticket, entries: [], ...parts };
}

const vote = (term: number) => ({ term: termOf(term), votedFor: nodeIdOf('n2') });

async function reopened(disk: Disk): Promise<Held | undefined> {
  await disk.close();
  const again = await open();
  await again.close();
  return again.found.kind === 'found' ? again.found.persisted : undefined;
}

test('an empty directory is empty, also when it is opened twice before anything is written', async () => {
  const disk = await open();
  expect(disk.found).toEqual({ kind: 'empty' });
  expect(await reopened(disk)).toBeUndefined();
});

test('what was persisted comes back: vote, snapshot, entries and truncation', async () => {
  const disk = await open();
  await disk.persist(work({ hardState: vote(1), snapshot: snapshot(1, 1) }));
  await disk.persist(work({ entries: [entry(2, 1), entry(3, 1), entry(4, 1)] }));
  await disk.persist(
    work({ hardState: vote(2), truncateFrom: logIndexOf(3), entries: [entry(3, 2)] }),
  );
  expect(await reopened(disk)).toEqual({
    hardState: vote(2),
    snapshot: snapshot(1, 1),
    entries: [entry(2, 1), entry(3, 2)],
  });
});

test('a snapshot begins a new, smaller log and keeps the entries above it', async () => {
  const disk = await open();
  const many = Array.from({ length: 200 }, (_, index) => entry(index + 2, 1));
  await disk.persist(work({ hardState: vote(1), snapshot: snapshot(1, 1), entries: many }));
  const before = disk.logBytes;
  await disk.persist(work({ snapshot: snapshot(199, 1) }));
  expect(disk.logBytes).toBeLessThan(before / 10);
  expect(disk.logBytes).toBe(statSync(path.join(root, 'raft', 'log')).size);
  await disk.persist(work({ entries: [entry(202, 1)] }));
  expect((await reopened(disk))?.entries.map(({ index }) => index)).toEqual([200, 201, 202]);
});

test('a snapshot beyond the log replaces it', async () => {
  const disk = await open();
  await disk.persist(work({ hardState: vote(4), entries: [entry(1, 1), entry(2, 1)] }));
  await disk.persist(
    work({ truncateFrom: logIndexOf(1), snapshot: snapshot(50, 4), entries: [entry(51, 4)] }),
  );
  expect(await reopened(disk)).toEqual({
    hardState: vote(4),
    snapshot: snapshot(50, 4),
    entries: [entry(51, 4)],
  });
});

/** What must be on the disk after `work`, by the words of the effect. */
function modelled(held: Held, { hardState, truncateFrom, snapshot: taken, entries }: Work): Held {
  const kept = held.entries.filter(
    ({ index }) => index < (truncateFrom ?? Infinity) && index > (taken ?? held.snapshot)!.index,
  );
  return {
    hardState: hardState ?? held.hardState,
    snapshot: taken ?? held.snapshot,
    entries: [...kept, ...entries],
  };
}

/** The prefixes of `work` that a crash may leave (its order: vote, truncate, snapshot, entries). */
function prefixes(held: Held, done: Work): Held[] {
  const { entries: _entries, snapshot: _snapshot, truncateFrom: _truncate, ...voted } = done;
  const steps: Partial<Work>[] = [
    {},
    voted,
    { ...voted, ...pick(done, 'truncateFrom') },
    { ...voted, ...pick(done, 'truncateFrom'), ...pick(done, 'snapshot') },
    done,
  ];
  return steps.map((step) => modelled(held, work({ ...step, entries: step.entries ?? [] })));
}

function pick<Key extends keyof Work>(from: Work, key: Key): Partial<Work> {
  return from[key] === undefined ? {} : { [key]: from[key] };
}

interface Step {
  readonly votes: boolean;
  readonly truncates: number;
  readonly snapshots: number;
  readonly appends: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    votes: fc.boolean(),
    truncates: fc.nat(4),
    snapshots: fc.nat(5),
    appends: fc.nat(3),
  }),
  { minLength: 1, maxLength: 8 },
);

/** A persist that fits what is held, as Raft would make one. */
function nextWork(held: Held, term: number, step: Step): Work {
  const from = held.snapshot?.index ?? 0;
  const last = held.entries.at(-1)?.index ?? from;
  const truncateFrom = Math.max(from + 1, last - step.truncates + 1);
  const truncates = step.truncates > 0 && truncateFrom <= last;
  const end = truncates ? truncateFrom - 1 : last;
  const snapshotIndex = from + step.snapshots;
  const snapshots = step.snapshots > 0 && snapshotIndex <= end;
  const at = held.entries.find(({ index }) => index === snapshotIndex);
  const appended = Array.from({ length: step.appends }, (_, offset) =>
    entry(end + 1 + offset, term),
  );
  return work({
    ...(step.votes ? { hardState: vote(term) } : {}),
    ...(truncates ? { truncateFrom: logIndexOf(truncateFrom) } : {}),
    ...(snapshots ? { snapshot: snapshot(snapshotIndex, at?.term ?? 1) } : {}),
    entries: appended,
  });
}

test('a crash after any flush leaves a prefix of the persist, and never less than the one before', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const home = mkdtempSync(path.join(root, 'run-'));
      const images: string[] = [];
      let photographing = false;
      const photograph = (): void => {
        if (!photographing) return;
        const image = path.join(home, `image-${images.length}`);
        cpSync(path.join(home, 'raft'), image, { recursive: true });
        images.push(image);
      };
      const disk = await open(path.join(home, 'raft'), photograph);
      let held: Held = { hardState: vote(1), snapshot: snapshot(1, 1), entries: [] };
      await disk.persist(work({ hardState: held.hardState, snapshot: held.snapshot! }));
      for (const [round, step] of plan.entries()) {
        const term = held.hardState.term + (step.votes ? 1 : 0);
        const next = nextWork(held, term, step);
        images.length = 0;
        photographing = true;
        await disk.persist(next);
        photographing = false;
        const allowed = prefixes(held, next);
        for (const image of images) {
          const crashed = await open(image);
          await crashed.close();
          const found = crashed.found.kind === 'found' ? crashed.found.persisted : undefined;
          expect(allowed).toContainEqual(found);
          rmSync(image, { recursive: true });
        }
        held = modelled(held, next);
        expect(round).toBeLessThan(plan.length);
      }
      await disk.close();
      const last = await open(path.join(home, 'raft'));
      await last.close();
      expect(last.found).toMatchObject({ kind: 'found', persisted: held });
    }),
    { numRuns: 15 },
  );
}, 30_000);

test('a torn append is cut off, and the log goes on after it', async () => {
  const disk = await open();
  await disk.persist(work({ hardState: vote(1), snapshot: snapshot(1, 1) }));
  await disk.persist(work({ entries: [entry(2, 1)] }));
  await disk.persist(work({ entries: [entry(3, 1)] }));
  await disk.close();
  const file = path.join(root, 'raft', 'log');
  writeFileSync(file, readFileSync(file).subarray(0, -5));
  const torn = await open();
  expect(torn.found).toMatchObject({ kind: 'found', persisted: { entries: [{ index: 2 }] } });
  expect(torn.found.kind === 'found' && torn.found.tornBytes).toBeGreaterThan(0);
  await torn.persist(work({ entries: [entry(3, 2)], hardState: vote(2) }));
  expect((await reopened(torn))?.entries).toEqual([entry(2, 1), entry(3, 2)]);
});

async function written(): Promise<string> {
  const disk = await open();
  await disk.persist(work({ hardState: vote(3), snapshot: snapshot(1, 1) }));
  await disk.persist(work({ entries: [entry(2, 2)] }));
  await disk.persist(work({ entries: [entry(3, 3)] }));
  await disk.close();
  return path.join(root, 'raft');
}

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
}

test.each(['hard-state.a', 'hard-state.b'])('one broken slot (%s) loses no vote', async (slot) => {
  const directory = await written();
  flip(path.join(directory, slot), 60);
  const disk = await open();
  expect(disk.found).toMatchObject({ persisted: { hardState: vote(3) } });
  await disk.close();
});

test.each([
  [
    'both slots broken',
    (directory: string) => {
      flip(path.join(directory, 'hard-state.a'), 60);
      flip(path.join(directory, 'hard-state.b'), 60);
    },
    /neither copy of term and vote/,
  ],
  [
    'both slots gone',
    (directory: string) => {
      rmSync(path.join(directory, 'hard-state.a'));
      rmSync(path.join(directory, 'hard-state.b'));
    },
    /missing beside a log/,
  ],
  [
    'a broken snapshot',
    (directory: string) => flip(path.join(directory, 'snapshot'), 50),
    /snapshot/,
  ],
  [
    'a snapshot gone',
    (directory: string) => rmSync(path.join(directory, 'snapshot')),
    /the log begins after 1/,
  ],
  [
    'a log broken in the middle',
    (directory: string) => flip(path.join(directory, 'log'), 70),
    /damaged/,
  ],
  ['a log gone', (directory: string) => rmSync(path.join(directory, 'log')), /log is missing/],
] as const)('%s is corrupt, and nothing is touched', async (_name, harm, why) => {
  const directory = await written();
  harm(directory);
  const opened = await RaftDisk.open(directory, () => {});
  expect(opened).toMatchObject({ ok: false, error: { code: 'corrupt' } });
  expect(opened.ok ? '' : opened.error.message).toMatch(why);
});

test('a log beyond the own term is refused (R10)', async () => {
  const directory = await written();
  const other = await open(path.join(root, 'other'));
  await other.persist(work({ hardState: vote(2) }));
  await other.close();
  for (const slot of ['hard-state.a', 'hard-state.b']) {
    cpSync(path.join(root, 'other', slot), path.join(directory, slot));
  }
  const opened = await RaftDisk.open(directory, () => {});
  expect(opened.ok ? '' : opened.error.message).toMatch(/last term 3 is beyond the own term 2/);
});

test('after one failed write everything is refused, and what was acknowledged is still there (R4)', async () => {
  const disk = await open();
  await disk.persist(
    work({ hardState: vote(1), snapshot: snapshot(1, 1), entries: [entry(2, 1)] }),
  );
  const obstacle = path.join(root, 'raft', 'snapshot.tmp');
  mkdirSync(obstacle);
  await expect(disk.persist(work({ snapshot: snapshot(2, 1) }))).rejects.toThrow(/EISDIR/);
  rmSync(obstacle, { recursive: true });
  await expect(disk.persist(work({ entries: [entry(3, 1)] }))).rejects.toThrow(/EISDIR/);
  expect((await reopened(disk))?.entries).toEqual([entry(2, 1)]);
});

test('a scrub finds damage that came after the start', async () => {
  const directory = await written();
  const disk = await open();
  expect(await disk.scrub()).toEqual({ ok: true, value: 'clean' });
  const [scrubbed] = await Promise.all([
    disk.scrub(),
    disk.persist(work({ entries: [entry(4, 3)] })),
  ]);
  expect(scrubbed).toEqual({ ok: true, value: 'clean' });
  flip(path.join(directory, 'log'), 70);
  expect(await disk.scrub()).toMatchObject({ ok: false, error: { code: 'corrupt' } });
  await disk.close();
});
