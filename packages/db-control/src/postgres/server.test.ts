import { readFileSync } from 'node:fs';
import { Deadline } from './deadline.js';
import {
  ask,
  becomePrimary,
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
import { postmasterOf, processOf, serverProcesses } from './processes.js';
import { createPostgresEngine } from './create-engine.js';
import { openSession, type Session, type SessionTarget } from './session.js';

jest.setTimeout(60_000);

let lab: Lab;
let node: LabNode;

beforeAll(async () => {
  lab = await createLab(1);
  [node] = lab.nodes as [LabNode];
  await becomePrimary(node, 1);
});

afterAll(() => lab.dispose());

const never = new AbortController().signal;
const postmasterPid = (): number => postmasterOf(node.config.dataDir)?.pid ?? 0;

async function restart(): Promise<void> {
  await done(node.engine.startSealed(soon));
  await done(node.engine.promote(soon));
  await done(node.engine.admit('all', soon));
}

test('the server leads a session of its own, so that it outlives the agent', () => {
  const stat = readFileSync(`/proc/${postmasterPid()}/stat`, 'utf8');
  const [, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  expect(Number(session)).toBe(postmasterPid());
});

test('another agent finds the running server, sees it end, and starts nothing beside it', async () => {
  const successor = createPostgresEngine(node.config);
  expect(await successor.observe()).toMatchObject({ process: 'running', role: 'primary' });
  expect(await failure(successor.startSealed(soon))).toBe('refused');
  expect(await failure(successor.initialize(soon))).toBe('it succeeded');
  const ended = Promise.all([successor.exited(never), node.engine.exited(never)]);
  await done(successor.stop('fast', soon));
  await ended;
  expect(await node.engine.observe()).toMatchObject({ process: 'stopped', role: 'stopped' });
  await node.engine.exited(never);
  await restart();
});

test('waiting for the exit ends when it is aborted', async () => {
  const waiting = new AbortController();
  const ended = node.engine.exited(waiting.signal);
  waiting.abort();
  await ended;
  expect((await node.engine.observe()).works).toBe(true);
});

test('backends that outlive a killed postmaster keep the server from counting as stopped', async () => {
  const client = await openClient(node);
  const [row] = await client.rows('select pg_backend_pid() as pid', Deadline.after(2000));
  const backend = Number(row?.['pid']);
  const ended = node.engine.exited(never);
  process.kill(backend, 'SIGSTOP');
  process.kill(postmasterPid(), 'SIGKILL');
  await ended;
  expect(await node.engine.observe()).toMatchObject({
    process: 'stopping',
    role: 'stopped',
    works: false,
  });
  expect(await failure(node.engine.startSealed(soon))).toBe('refused');
  await done(node.engine.stop('fast', within(3000)));
  expect(processOf(backend)).toBeUndefined();
  expect(await node.engine.observe()).toMatchObject({ process: 'stopped' });
  client.close();
  await restart();
});

test('a crash of one backend ends the whole server', async () => {
  const client = await openClient(node);
  const [row] = await client.rows('select pg_backend_pid() as pid', Deadline.after(2000));
  const ended = node.engine.exited(never);
  process.kill(Number(row?.['pid']), 'SIGKILL');
  await ended;
  await until(() => serverProcesses(node.config.dataDir).length === 0);
  client.close();
  await restart();
});

test('a server whose processes are all frozen is silent, and is stopped by force', async () => {
  for (const pid of serverProcesses(node.config.dataDir)) process.kill(pid, 'SIGSTOP');
  const began = performance.now();
  expect(await node.engine.observe()).toMatchObject({
    process: 'running',
    role: 'silent',
    works: false,
  });
  expect(performance.now() - began).toBeLessThan(2500);
  await done(node.engine.stop('immediate', within(1500)));
  expect(serverProcesses(node.config.dataDir)).toEqual([]);
  await restart();
});

test('an aborted call returns at once', async () => {
  const abort = new AbortController();
  abort.abort();
  const began = performance.now();
  expect(await failure(node.engine.checkpoint({ ...soon, signal: abort.signal }))).toBe('timeout');
  expect(performance.now() - began).toBeLessThan(1000);
});

test('the agent gets in when clients have taken every connection', async () => {
  await ask(node, `create role app login password 'app'`);
  const { host, port } = node.address;
  const app = { host, port, user: 'app', password: 'app' };
  const opened = await Promise.allSettled(
    Array.from({ length: 110 }, () => openAs(app, Deadline.after(10_000))),
  );
  expect(opened.some((each) => each.status === 'rejected')).toBe(true);
  expect(await node.engine.observe()).toMatchObject({ role: 'primary', works: true });
  for (const each of opened) if (each.status === 'fulfilled') each.value.close();
});

/** A session is open only when its first question is answered. */
async function openAs(target: SessionTarget, deadline: Deadline): Promise<Session> {
  const session = await openSession(target, deadline);
  try {
    await session.rows('select 1', deadline);
    return session;
  } catch (thrown) {
    session.close();
    throw thrown;
  }
}

test('a second start of a sealed standby changes nothing', async () => {
  await done(node.engine.stop('immediate', soon));
  await done(node.engine.startSealed(soon));
  const pid = postmasterPid();
  await done(node.engine.startSealed(soon));
  expect(postmasterPid()).toBe(pid);
  expect((await node.engine.observe()).drained).toBe(true);
});

test('a server that cannot start says why, in the words of its log', async () => {
  await done(node.engine.stop('immediate', soon));
  const broken = createPostgresEngine({
    ...node.config,
    parameters: { shared_preload_libraries: 'no_such_library' },
  });
  const result = await broken.startSealed(soon);
  expect(result.ok ? '' : result.error.code).toBe('process-failed');
  expect(result.ok ? '' : result.error.message).toContain('no_such_library');
  await done(node.engine.startSealed(soon));
});
