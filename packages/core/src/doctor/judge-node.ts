import type { Timing } from '../lease/timing.js';
import { fine, type Finding } from './finding.js';

/** What was read on one host, agent's or arbiter's. Milliseconds and bytes. */
export interface NodeFacts {
  /** `uname -r`. */
  readonly kernel: string;
  /** Null where the kernel does not say. */
  readonly clockSource: string | null;
  /** Of the Raft directory: how long each of some small writes took to be flushed. */
  readonly raftFsyncMs: readonly number[];
  readonly raftDisk: DiskFacts;
  /** The longest that a timer was late while this was measured. */
  readonly loopDelayMs: number;
  /** Until the certificate ends; null without TLS. */
  readonly certificateMs: number | null;
  /** Null without a tokens file; else how many may give orders, and how many may read. */
  readonly tokens: { readonly operator: number; readonly viewer: number } | null;
}

export interface DiskFacts {
  readonly path: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const DAY_MS = 86_400_000;
const GIB = 2 ** 30;

/** Clocks that the kernel reads without a trap, and that do not stop in idle states. */
const GOOD_CLOCKS = ['tsc', 'kvm-clock', 'arch_sys_counter', 'hyperv_clocksource_tsc_page', 'xen'];

export function judgeNode(facts: NodeFacts, timing: Timing): readonly Finding[] {
  return [
    judgeKernel(facts.kernel),
    judgeClockSource(facts.clockSource),
    judgeFlush('raft-fsync', 'the Raft directory', facts.raftFsyncMs, timing),
    judgeDisk('raft-disk', facts.raftDisk, 'the node ends when its log cannot be written'),
    judgeLoop(facts.loopDelayMs, timing),
    judgeCertificate(facts.certificateMs),
    judgeTokens(facts),
  ];
}

function judgeKernel(release: string): Finding {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  if (major > 4 || (major === 4 && minor >= 18)) return fine('kernel', `Linux ${release}`);
  return {
    check: 'kernel',
    severity: 'serious',
    message: `Linux ${release}`,
    consequence: 'its nftables is older than what the port lease was made for',
    remedy: 'use Linux 4.18 or later',
  };
}

function judgeClockSource(source: string | null): Finding {
  const check = 'clock-source';
  if (source !== null && GOOD_CLOCKS.includes(source)) return fine(check, `clock source ${source}`);
  return {
    check,
    severity: 'warning',
    message: `clock source ${source ?? 'unknown'}`,
    consequence: 'clocks that are read slowly or drift by more than 1 % make grants unsafe',
    remedy:
      'see dmesg for why the kernel gave up the better one (tsc); on a virtual machine use the host’s paravirtual clock',
  };
}

/** A flush on the way of each renewal and each commit. `times` may be empty: it could not be tried. */
export function judgeFlush(
  check: string,
  what: string,
  times: readonly number[],
  { commit, heartbeat }: Pick<Timing, 'commit' | 'heartbeat'>,
): Finding {
  const sorted = times.toSorted((a, b) => a - b);
  const worst = sorted.at(-1);
  if (worst === undefined) {
    return {
      check,
      severity: 'serious',
      message: `nothing could be written to ${what}`,
      consequence: 'without a flush nothing is promised, so that nothing is acknowledged',
      remedy: 'look at the disk, its room, and who may write there',
    };
  }
  const middle = sorted[Math.floor(sorted.length / 2)] ?? worst;
  const message = `a flush of ${what} takes ${tenths(middle)} ms in the middle, ${tenths(worst)} ms at worst of ${times.length}`;
  if (worst < commit / 2 && middle < heartbeat / 10) return fine(check, message);
  const serious = middle >= commit / 2;
  return {
    check,
    severity: serious ? 'serious' : 'warning',
    message,
    consequence: `timing allows ${commit} ms for a commit of a majority; slower ones end grants and elections`,
    remedy: 'put it on a faster disk, keep other writers off it, or use a slower timing (relaxed)',
  };
}

export function judgeDisk(check: string, disk: DiskFacts, consequence: string): Finding {
  const { path, freeBytes, totalBytes } = disk;
  const percent = totalBytes === 0 ? 0 : (100 * freeBytes) / totalBytes;
  const message = `${(freeBytes / GIB).toFixed(1)} GiB (${percent.toFixed(0)} %) are free for ${path}`;
  if (freeBytes >= GIB && percent >= 5) return fine(check, message);
  return {
    check,
    severity: freeBytes < GIB / 4 ? 'serious' : 'warning',
    message,
    consequence,
    remedy: `make room on the file system of ${path}`,
  };
}

function judgeLoop(delayMs: number, { loopGap }: Timing): Finding {
  const check = 'event-loop';
  const message = `timers of this node were late by ${tenths(delayMs)} ms at most`;
  if (delayMs <= loopGap / 2) return fine(check, message);
  return {
    check,
    severity: delayMs > loopGap ? 'serious' : 'warning',
    message,
    consequence: `timing allows ${loopGap} ms; a node that gets no CPU loses grants and elections`,
    remedy: 'find what takes the CPU; keep the unit’s Nice=-10; or use a slower timing (relaxed)',
  };
}

function judgeCertificate(leftMs: number | null): Finding {
  const check = 'certificate';
  if (leftMs === null) {
    return {
      check,
      severity: 'note',
      message: 'no TLS: security.insecure is set',
      consequence: 'whoever reaches the port of a member may give orders',
      remedy: 'security.tls, wherever others share the network',
    };
  }
  const days = Math.floor(leftMs / DAY_MS);
  if (days >= 30) return fine(check, `the certificate is valid for ${days} more days`);
  return {
    check,
    severity: days < 7 ? 'serious' : 'warning',
    message: leftMs <= 0 ? 'the certificate has expired' : `the certificate ends in ${days} days`,
    consequence: 'afterwards no other member takes connections from this one',
    remedy: 'put a new certificate in place, and restart this node (standbys first)',
  };
}

function judgeTokens({ tokens, certificateMs }: NodeFacts): Finding {
  const check = 'tokens';
  if (tokens === null && certificateMs === null) return fine(check, 'no tokens are asked for');
  if (tokens !== null && tokens.operator > 0) {
    return fine(check, `${tokens.operator} operator and ${tokens.viewer} viewer tokens`);
  }
  return {
    check,
    severity: 'warning',
    message: 'there is no operator token',
    consequence: 'nobody can give an order through this member but a member itself',
    remedy: 'write security.tokens, the same on all members',
  };
}

function tenths(milliseconds: number): string {
  return milliseconds.toFixed(1);
}
