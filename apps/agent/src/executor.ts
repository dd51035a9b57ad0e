import {
  HOOK_REFUSED,
  REPLACES_SERVER,
  type ActionOutcome,
  type MemberAction,
} from '@mha4rdb/core';
import type {
  CallOptions,
  DatabaseAddress,
  DatabaseEngine,
  EngineErrorCode,
  ProgressReport,
} from '@mha4rdb/db-control';
import {
  assertNever,
  durationOf,
  err,
  ok,
  type Epoch,
  type Instant,
  type NodeId,
  type Result,
} from '@mha4rdb/kernel';
import type { Clock, NodeInput } from '@mha4rdb/node-runtime';
import type { Look } from './observer.js';
import type { TransitionHooks } from './transition-hooks.js';

export interface ExecutorOptions {
  readonly engine: DatabaseEngine;
  readonly clock: Clock;
  readonly post: (input: NodeInput) => void;
  readonly freshLook: () => Promise<Look>;
  /** Where a member's database listens, from the replicated list. */
  readonly addressOf: (id: NodeId) => DatabaseAddress | undefined;
  readonly systemId: () => string | null;
  /** The operator's programs around a change of the primary. */
  readonly hooks: TransitionHooks;
  readonly onProgress: (kind: string, detail: Readonly<Record<string, unknown>>) => void;
}

export interface ActionOrder {
  readonly id: number;
  readonly action: MemberAction;
  readonly deadline: Instant;
}

/** Carries out one member action at a time on the engine, and posts how it ended. Decides nothing. */
export class Executor {
  private step = '';
  private running: { readonly id: number; readonly abort: AbortController } | null = null;

  constructor(private readonly options: ExecutorOptions) {}

  start(order: ActionOrder): void {
    this.step = '';
    const abort = new AbortController();
    this.running = { id: order.id, abort };
    void this.carryOut(order, abort.signal).then(({ outcome, look }) => {
      if (this.running?.id === order.id) this.running = null;
      this.options.post({ type: 'actionEnded', id: order.id, outcome, look });
    });
  }

  cancel(id: number): void {
    if (this.running?.id === id) this.running.abort.abort();
  }

  private async carryOut(
    { id, action, deadline }: ActionOrder,
    signal: AbortSignal,
  ): Promise<{ outcome: ActionOutcome; look: Look | null }> {
    const { clock } = this.options;
    const systemId = this.options.systemId();
    const call: CallOptions = {
      // Asked anew by each call of the engine: one after another, or after a hook, they share one end.
      get deadline() {
        return durationOf(Math.max(1, deadline - clock.now()));
      },
      signal,
      onProgress: (report) => this.tell(id, action.kind, report),
      ...(systemId !== null && { systemId }),
    };
    const result = await this.perform(action, call).catch(unexpected);
    const outcome: ActionOutcome = result.ok
      ? { ok: true, ...result.value }
      : { ok: false, failure: result.error };
    const look =
      REPLACES_SERVER.has(action.kind) || !result.ok ? await this.options.freshLook() : null;
    return { outcome, look };
  }

  /** Posted for `status` at once, and logged when a step begins: lines per percent help nobody. */
  private tell(id: number, kind: string, progress: ProgressReport): void {
    this.options.post({ type: 'actionProgress', id, progress });
    if (this.step === progress.step) return;
    this.step = progress.step;
    this.options.onProgress(kind, { ...progress });
  }

  private async perform(action: MemberAction, call: CallOptions): Promise<Performed> {
    const { engine } = this.options;
    switch (action.kind) {
      case 'initialize':
        return plain(await engine.initialize(call));
      case 'clone':
        return this.withAddress(action.from, (from) => engine.clone(from, call));
      case 'rewind':
        return this.withAddress(action.from, (from) => engine.rewind(from, call));
      case 'follow':
        return this.withAddress(action.upstream, (upstream) => engine.follow(upstream, call));
      case 'start':
        return plain(await engine.startSealed(call));
      case 'stop':
        return plain(await engine.stop(action.mode, call));
      case 'seal':
        return positioned(await engine.seal(call));
      case 'promote':
        return this.promote(action.epoch, call);
      case 'writeMarker':
        return positioned(await engine.writeMarker(action, call));
      case 'applyRule':
        return plain(await engine.applyRule(action.rule, call));
      case 'barrier':
        return plain(await engine.barrier(action.rule, call));
      case 'admit':
        return plain(await engine.admit(action.who, call));
      case 'checkpoint':
        if (action.handsOver) await this.options.hooks.preStop(action.epoch, call.signal);
        return plain(await engine.checkpoint(call));
      case 'handOver':
        return this.handOver(call);
      default:
        return assertNever(action, 'action');
    }
  }

  /** A repeated promotion of what is a primary by now is asked of nobody. */
  private async promote(epoch: Epoch, call: CallOptions): Promise<Performed> {
    const { engine, hooks, freshLook } = this.options;
    const { database } = await freshLook();
    if (database.role !== 'primary') {
      const agreed = await hooks.prePromote(epoch, call.signal);
      if (!agreed.ok) return err(HOOK_REFUSED, agreed.error.message, agreed.error.remedy);
    }
    // The grant may have ended while the hook was asked.
    if (call.signal?.aborted === true) return err('timeout', 'the promotion was aborted');
    const promoted = await engine.promote(call);
    return promoted.ok ? ok({ promotion: promoted.value }) : promoted;
  }

  /** The port is closed already. Sessions that do not end by themselves must not hold up the stop. */
  private async handOver(call: CallOptions): Promise<Performed> {
    const { engine } = this.options;
    const closed = await engine.admit('replication', call);
    if (!closed.ok) return closed;
    const ended = await engine.disconnectClients(call);
    if (!ended.ok) return ended;
    const stopped = await engine.stop('fast', call);
    if (!stopped.ok) return stopped;
    return positioned(await engine.cleanEnd(call));
  }

  private async withAddress(
    id: NodeId,
    call: (address: DatabaseAddress) => Promise<Result<void, EngineErrorCode>>,
  ): Promise<Performed> {
    const address = this.options.addressOf(id);
    if (address === undefined) return err('refused', `${id} has no database address`);
    return plain(await call(address));
  }
}

type Performed = Result<
  Omit<ActionOutcome, 'ok' | 'failure'>,
  EngineErrorCode | typeof HOOK_REFUSED
>;

function plain(result: Result<void, EngineErrorCode>): Performed {
  return result.ok ? ok({}) : result;
}

function positioned(
  result: Result<NonNullable<ActionOutcome['position']>, EngineErrorCode>,
): Performed {
  return result.ok ? ok({ position: result.value }) : result;
}

/** The engine answers expected failures as results; what it throws is reported as one all the same. */
function unexpected(error: unknown): Performed {
  return err('process-failed', error instanceof Error ? error.message : String(error));
}
