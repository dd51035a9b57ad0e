import { performance } from 'node:perf_hooks';
import { runHook, type HookRun } from './run-hook.js';

function shell(script: string, change: Partial<HookRun> = {}) {
  const command = ['/bin/sh', '-c', script];
  return runHook({ command, environment: {}, deadlineMs: 20_000, ...change });
}

test('a program that ends with status 0 has agreed', async () => {
  expect(await shell('exit 0')).toEqual({ ok: true, value: undefined });
});

test('it gets what it is told and none of the agent’s own environment', async () => {
  process.env['MHA_SECRET_OF_THE_TEST'] = 'x';
  const script = 'test "$MHA_ROLE" = primary && test -z "$MHA_SECRET_OF_THE_TEST"';
  expect(await shell(script, { environment: { MHA_ROLE: 'primary' } })).toMatchObject({ ok: true });
});

test('arguments are not read by a shell', async () => {
  const command = ['/usr/bin/test', '$(exit 1)', '=', '$(exit 1)'];
  expect(await runHook({ command, environment: {}, deadlineMs: 20_000 })).toMatchObject({
    ok: true,
  });
});

test('another status is a refusal, told with its last lines', async () => {
  expect(await shell('echo first; echo the disk is old >&2; exit 3')).toMatchObject({
    ok: false,
    error: {
      code: 'failed',
      message: expect.stringMatching(/status 3.*the disk is old/) as string,
    },
  });
});

test('a program that is not there is told', async () => {
  const run = { command: ['/nowhere/hook'], environment: {}, deadlineMs: 20_000 };
  expect(await runHook(run)).toMatchObject({ error: { code: 'not-started' } });
});

test('at its deadline it is killed with its children, and nobody waits for it', async () => {
  const before = performance.now();
  const ended = await shell('sleep 600 & echo $!; wait', { deadlineMs: 200 });
  expect(ended).toMatchObject({ error: { code: 'timeout' } });
  // The bound is the deadline and not the sleep; how much more depends on the machine.
  expect(performance.now() - before).toBeLessThan(300_000);
});

test('a child that left its group and holds the pipe open holds up nobody', async () => {
  const script = 'setsid sleep 30 & sleep 600';
  expect(await shell(script, { deadlineMs: 200 })).toMatchObject({ error: { code: 'timeout' } });
});

test('an abort ends it', async () => {
  const abort = new AbortController();
  const ended = shell('sleep 600', { signal: abort.signal });
  abort.abort();
  expect(await ended).toMatchObject({ error: { code: 'timeout' } });
});

test('one that was aborted before is not started', async () => {
  const signal = AbortSignal.abort();
  expect(await shell('exit 0', { signal })).toMatchObject({ error: { code: 'timeout' } });
});

test('what Node throws at the start is told as well', async () => {
  const run = { command: ['/etc/passwd/hook'], environment: {}, deadlineMs: 20_000 };
  expect(await runHook(run)).toMatchObject({ error: { code: 'not-started' } });
});
