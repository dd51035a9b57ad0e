import type { Instant } from '@mha4rdb/kernel';
import {
  afterHook,
  HOOK_UNKNOWN,
  hookDeadlineMs,
  planHook,
  type HookBelief,
  type HookStep,
} from '@mha4rdb/vip';
import { runHookCommand, type HookRun } from './hook-command.js';

export interface HookKeeperOptions {
  /** With its prefix length, for people. */
  readonly address: string;
  readonly commands: Readonly<Record<Exclude<HookStep, 'rest'>, readonly string[]>>;
  readonly timeoutMs: number;
  readonly now: () => Instant;
  /** Asked anew for each command: `MHA_EPOCH` changes. */
  readonly env: () => Readonly<Record<string, string>>;
  readonly onChanged: () => void;
  readonly onProblem: (message: string) => void;
}

/** Between two looks at what is to be done; commands take longer than that. */
const PACE_MS = 250;

/**
 * Moves one address by commands. They never overlap, each has a deadline, and an acquisition whose
 * permission ends while it runs is killed; whatever came of it is seen by `status`, and released. The
 * address does NOT end by itself when this process does: only the port lease fences then.
 */
export class HookKeeper {
  private belief: HookBelief = HOOK_UNKNOWN;
  private until: Instant | null = null;
  private running: { readonly step: HookStep; readonly run: HookRun } | null = null;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private held = false;
  private lastProblem = '';

  constructor(private readonly options: HookKeeperOptions) {}

  /** As `status` said last; while a command runs that may change it, as it was before. */
  get isHeld(): boolean {
    return this.held;
  }

  /** Whether it may be here for all that is known: only `status` can say that it is not. */
  get mayBeHeld(): boolean {
    return this.belief.sight !== 'absent' || this.running?.step === 'acquire';
  }

  /**
   * The end of the grant under which the address may be here; null when it may not. Answers at once. To
   * be called again with each renewal.
   */
  want(until: Instant | null): void {
    this.until = until;
    if (until === null && this.running?.step === 'acquire') this.running.run.kill();
    this.proceed();
  }

  /** Kills what runs. What stands stays. */
  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.running?.run.kill();
  }

  private proceed(): void {
    if (this.ended || this.running !== null) return;
    clearTimeout(this.timer);
    const { now, timeoutMs, commands, env } = this.options;
    const step = planHook(this.belief, this.until, now());
    if (step === 'rest') {
      this.timer = setTimeout(() => this.proceed(), PACE_MS);
      return;
    }
    const deadlineMs = hookDeadlineMs(step, timeoutMs, this.until, now());
    const run = runHookCommand(commands[step], env(), deadlineMs);
    this.running = { step, run };
    void run.ended.then(({ exitCode, output }) => {
      this.running = null;
      // One that was killed because it must not go on has not failed: what it did is looked at at once.
      const withdrawn = step === 'acquire' && this.until === null;
      this.belief = afterHook(step, withdrawn ? 0 : exitCode, now());
      this.tell(step, exitCode, output);
      this.proceed();
    });
  }

  private tell(step: HookStep, exitCode: number | null, output: string): void {
    const { address, onProblem, onChanged } = this.options;
    if (this.belief.failedAt !== null) {
      const how = exitCode === null ? 'was killed or could not be run' : `exited ${exitCode}`;
      const problem = `${address}: the ${step} command ${how}${output === '' ? '' : `: ${output}`}`;
      if (problem !== this.lastProblem) onProblem(problem);
      this.lastProblem = problem;
    } else if (step === 'status') {
      this.lastProblem = '';
    }
    // Unknown counts as it was seen last: nobody may conclude from a failed look that it is gone.
    if (this.belief.sight !== 'unknown') this.held = this.belief.sight === 'held';
    onChanged();
  }
}
