import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.js';
import { monotonicMs } from './monotonic.js';

/** A condition's deadline, how often it is looked at, and what to say when it never holds. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly what: string;
  /** What was seen last; added to the error, so that a failed wait explains itself. */
  readonly lastSeen?: () => string;
  /** Ends the wait at once with its words, when waiting longer cannot help. */
  readonly hopeless?: () => string | undefined;
}

/**
 * Looks at a condition until it answers something else than `undefined` or `false`. A probe that
 * throws counts as "not yet"; its message is part of the error when the deadline passes.
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const deadline = monotonicMs() + options.timeoutMs;
  for (;;) {
    let lastError = '';
    try {
      const seen = await probe();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      lastError = error instanceof Error ? error.message : String(error);
    }
    const hopeless = options.hopeless?.();
    if (hopeless !== undefined) throw new LabError(hopeless);
    if (monotonicMs() >= deadline) {
      const seen = [options.lastSeen?.(), lastError].filter((part) => part).join('; ');
      throw new LabError(
        `waited ${Math.round(options.timeoutMs / 1000)} s in vain: ${options.what}${seen ? ` (${seen})` : ''}`,
      );
    }
    await sleep(options.everyMs ?? 100);
  }
}
