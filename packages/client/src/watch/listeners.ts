import { ClusterError } from '../cluster-error.js';
import type { ClusterEvent } from '../events/cluster-event.js';
import type { Leader } from '../status/leader.js';

type Named<Type> = Extract<ClusterEvent, { readonly type: Type }>;

/** What a listener of each event is called with. */
export type ListenerArguments = {
  [Type in Exclude<ClusterEvent['type'], 'leaderChanged'>]: [event: Named<Type>];
} & {
  leaderChanged: [leader: Leader, event: Named<'leaderChanged'>];
  /** The watch behind the listeners was refused; it is tried again. */
  error: [error: ClusterError];
};

export type ListenerName = keyof ListenerArguments;
export type Listener<Name extends ListenerName> = (...values: ListenerArguments[Name]) => void;

/** Who listens under which name stands in the signatures of `add` and `remove`. */
type AnyListener = (...values: readonly unknown[]) => void;

const RETRY_MS = 5000;

/** Listeners share one watch, which runs while there are any. */
export class Listeners {
  private readonly byName = new Map<ListenerName, Set<AnyListener>>();
  private watch: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  constructor(
    private readonly events: (signal: AbortSignal) => AsyncIterable<ClusterEvent>,
    private readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  ) {}

  add<Name extends ListenerName>(name: Name, listener: Listener<Name>): void {
    const listeners = this.byName.get(name) ?? new Set();
    this.byName.set(name, listeners.add(listener as AnyListener));
    this.watch ??= this.start();
  }

  remove<Name extends ListenerName>(name: Name, listener: Listener<Name>): void {
    this.byName.get(name)?.delete(listener as AnyListener);
    if ([...this.byName.values()].every(({ size }) => size === 0)) void this.stop();
  }

  async stop(): Promise<void> {
    const watch = this.watch;
    this.watch = undefined;
    watch?.controller.abort();
    await watch?.done;
  }

  private start(): { readonly controller: AbortController; readonly done: Promise<void> } {
    const controller = new AbortController();
    return { controller, done: this.run(controller.signal) };
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const event of this.events(signal)) this.tell(event);
        return;
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        this.tellError(error);
        await this.pause(RETRY_MS, signal);
      }
    }
  }

  private tell(event: ClusterEvent): void {
    if (event.type === 'leaderChanged') this.call(event.type, event.leader, event);
    else this.call(event.type, event);
  }

  private tellError(error: ClusterError): void {
    if ((this.byName.get('error')?.size ?? 0) > 0) this.call('error', error);
    else process.emitWarning(error);
  }

  /** A listener that throws stops nobody else; its error ends up where uncaught ones do. */
  private call(name: ListenerName, ...values: readonly unknown[]): void {
    for (const listener of this.byName.get(name) ?? []) {
      try {
        listener(...values);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
