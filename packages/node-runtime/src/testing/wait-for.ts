import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` gives a value; fails loudly after `deadlineMs`. For tests. */
export async function waitFor<Value>(
  what: string,
  condition: () => Value | undefined | false | Promise<Value | undefined>,
  deadlineMs = 5000,
): Promise<Value> {
  const start = process.hrtime.bigint();
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Number(process.hrtime.bigint() - start) / 1e6 > deadlineMs) {
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    }
    await sleep(5);
  }
}
