import {
  stepNode,
  type ClusterState,
  type Command,
  type Decision,
  type FenceWish,
  type MemberAction,
  type NodeEffect,
  type NodeEvent,
  type NodeState,
  type OperatorReply,
  type OperatorRequest,
  type PeerMessage,
  type PublishedEvent,
} from '@mha4rdb/core';
import { assertNever, type Instant, type NodeId } from '@mha4rdb/kernel';
import type { Clock } from '../clock/monotonic-clock.js';
import type { DataDirectory } from '../disk/data-directory.js';
import type { Vitals } from '../systemd/vitality.js';

/** An event as its source knows it; the loop adds the clocks at the moment when it is taken up. */
export type NodeInput = NodeEvent extends infer Event
  ? Event extends NodeEvent
    ? Omit<Event, 'now' | 'wall'>
    : never
  : never;

/** The hands of a data member. All calls return at once; what they bring is posted as an event. */
export interface NodeEdge {
  startAction(order: {
    readonly id: number;
    readonly action: MemberAction;
    readonly deadline: Instant;
  }): void;
  cancelAction(id: number): void;
  /** Makes the kernel enforce the wish before it returns. */
  fence(wish: FenceWish): void;
}

export interface NodeLoopOptions {
  readonly started: { readonly state: NodeState; readonly effects: readonly NodeEffect[] };
  readonly directory: Pick<DataDirectory<Command, ClusterState>, 'raft' | 'writeMemberRecord'>;
  readonly clock: Clock;
  /** Milliseconds that the machine slept since it was last asked: what `clock` did not count. */
  readonly slept: () => number;
  /** How often time alone is an event: four times in a heartbeat, within 25 to 50 ms. */
  readonly tickMs: number;
  readonly send: (to: NodeId, message: PeerMessage) => void;
  /** Null on an arbiter. */
  readonly edge: NodeEdge | null;
  readonly onDecision: (decision: Decision) => void;
  /** A broken invariant or a failed write: the process must end (R4). Called once. */
  readonly onFatal: (error: unknown) => void;
}

/** Frames beyond this are dropped while the loop is behind: peers repeat what matters. */
const QUEUE_LIMIT = 4096;

/**
 * Feeds events to the pure step, strictly one at a time, and carries out its effects in order. The
 * only place where the state of a node is held.
 */
export class NodeLoop {
  private current: NodeState;
  private readonly queue: NodeInput[] = [];
  /** An event is being taken up, or the first effects are not carried out yet. */
  private busy = true;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;
  private steppedAt: Instant;
  /** When each write began that the disk has not confirmed; the oldest first. */
  private readonly writes = new Set<{ readonly since: Instant }>();
  private readonly pending = new Map<string, (reply: OperatorReply) => void>();
  private readonly changeListeners = new Set<() => void>();
  private readonly eventListeners = new Set<(event: PublishedEvent) => void>();
  private readonly shutdownListeners = new Set<() => void>();

  constructor(private readonly options: NodeLoopOptions) {
    this.current = options.started.state;
    this.steppedAt = options.clock.now();
  }

  get state(): NodeState {
    return this.current;
  }

  /** What shows from outside that events are taken up and the disk answers. */
  vitals(): Vitals {
    const [oldest] = this.writes;
    return { steppedAt: this.steppedAt, writingSince: oldest?.since ?? null };
  }

  /** Carries out the first effects and begins to tick. */
  start(): void {
    this.guarded(() => {
      this.carryOut(this.options.started.effects);
      this.drain();
    });
    this.timer = setInterval(() => this.post({ type: 'tick' }), this.options.tickMs);
  }

  /** Takes up an event now, or after the one that is being taken up; before `start` it waits. */
  post(input: NodeInput): void {
    if (this.ended) return;
    if (this.queue.length >= QUEUE_LIMIT && (input.type === 'received' || input.type === 'tick')) {
      return;
    }
    this.queue.push(input);
    if (this.busy) return;
    this.guarded(() => this.drain());
  }

  /**
   * Asks on behalf of an operator; the reply comes in the same turn. What became of an accepted
   * request stands in the history under its id.
   */
  ask(request: OperatorRequest): Promise<OperatorReply> {
    return new Promise((resolve) => {
      if (this.ended) return resolve({ id: request.id, kind: 'elsewhere', coordinator: null });
      this.pending.set(request.id, resolve);
      this.post({ type: 'operator', request });
    });
  }

  /** Told after each step that changed what views show. */
  onChanged(listener: () => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  /** Told of each committed event, in order; after a restart from the snapshot on. */
  onPublished(listener: (event: PublishedEvent) => void): () => void {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  }

  /** Told once when a `shutdown` is complete. */
  onShutdownReady(listener: () => void): void {
    this.shutdownListeners.add(listener);
  }

  stop(): void {
    this.ended = true;
    clearInterval(this.timer);
  }

  private drain(): void {
    this.busy = true;
    try {
      for (let input = this.queue.shift(); input !== undefined; input = this.queue.shift()) {
        // Fence first, ask later: what a machine that slept meets when it wakes, an answer to a renewal
        // of before, say, is taken up after the sleep is.
        const slept = this.options.slept();
        if (slept > 0) this.step({ type: 'gap', ms: slept });
        this.step(input);
      }
    } finally {
      this.busy = false;
    }
  }

  private step(input: NodeInput): void {
    const { clock } = this.options;
    const event = { ...input, now: clock.now(), wall: clock.wall() } as NodeEvent;
    const stepped = stepNode(this.current, event);
    this.current = stepped.state;
    this.carryOut(stepped.effects);
    this.steppedAt = clock.now();
  }

  private carryOut(effects: readonly NodeEffect[]): void {
    for (const effect of effects) this.carryOutOne(effect);
  }

  private carryOutOne(effect: NodeEffect): void {
    const { options } = this;
    switch (effect.type) {
      case 'persistRaft':
        return this.persist(options.directory.raft.persist(effect.persist), {
          type: 'raftPersisted',
          ticket: effect.persist.ticket,
        });
      case 'persistMember':
        return this.persist(options.directory.writeMemberRecord(effect.record), {
          type: 'memberPersisted',
          ticket: effect.ticket,
        });
      case 'send':
        return options.send(effect.to, effect.message);
      case 'startAction':
        return options.edge?.startAction(effect);
      case 'cancelAction':
        return options.edge?.cancelAction(effect.id);
      case 'fence':
        return options.edge?.fence(effect.wish);
      case 'decided':
        return options.onDecision(effect.decision);
      case 'reply':
        return this.answer(effect.reply);
      case 'published':
        return this.eventListeners.forEach((listener) => listener(effect.event));
      case 'changed':
        return this.changeListeners.forEach((listener) => listener());
      case 'shutdownReady':
        return this.shutdownListeners.forEach((listener) => listener());
      default:
        return assertNever(effect, 'node effect');
    }
  }

  private persist(written: Promise<void>, done: NodeInput): void {
    const write = { since: this.options.clock.now() };
    this.writes.add(write);
    written.then(
      () => {
        this.writes.delete(write);
        this.post(done);
      },
      (error: unknown) => this.fail(error),
    );
  }

  private answer(reply: OperatorReply): void {
    this.pending.get(reply.id)?.(reply);
    this.pending.delete(reply.id);
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (this.ended) return;
    this.stop();
    this.options.onFatal(error);
  }
}
