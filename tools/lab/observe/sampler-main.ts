/**
 * A process that looks every few milliseconds which hosts carry the VIP. Input: a
 * {@link SamplerConfig} line, then {@link SamplerHost} lines at any time. Output: changes, and its
 * own health when the input ends.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { monotonicMs } from '../monotonic.js';
import { hasLocalAddress } from './local-addresses.js';
import type { SamplerConfig, SamplerHost, SamplerLine } from './sample.js';

const pids = new Map<string, number | null>();
const seen = new Map<string, boolean>();
let config: SamplerConfig | undefined;
let samples = 0;
let lastAt = 0;
let longestPauseMs = 0;

function write(line: SamplerLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function carries(pid: number | null, vip: string): boolean {
  if (pid === null) return false;
  try {
    return hasLocalAddress(readFileSync(`/proc/${pid}/net/fib_trie`, 'utf8'), vip);
  } catch {
    return false; // The host lost its power between two samples.
  }
}

function sample(vip: string): void {
  for (const [host, pid] of pids) {
    const has = carries(pid, vip);
    const at = monotonicMs();
    if ((seen.get(host) ?? false) !== has) {
      write({ kind: 'address', host, has, at, notBefore: lastAt });
    }
    seen.set(host, has);
  }
  const now = monotonicMs();
  if (lastAt > 0) longestPauseMs = Math.max(longestPauseMs, now - lastAt);
  lastAt = now;
  samples++;
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (config === undefined) {
    const given = JSON.parse(line) as SamplerConfig;
    config = given;
    setInterval(() => sample(given.vip), given.everyMs);
    return;
  }
  const { host, pid } = JSON.parse(line) as SamplerHost;
  pids.set(host, pid);
});
input.on('close', () => {
  write({ kind: 'health', samples, longestPauseMs });
  process.exit(0);
});
