import type { FenceWish, HostView } from '@mha4rdb/core';
import type { HostGuard, HostState } from '@mha4rdb/host-linux';
import type { Instant } from '@mha4rdb/kernel';
import type { Clock, NodeInput } from '@mha4rdb/node-runtime';
import type { DrivenVips } from './driven-vips.js';
import type { WatchdogKeeper } from './watchdog-keeper.js';

/** Brings the kernel to the member's wish, synchronously, and posts what stands afterwards. */
export class HostFence {
  private last: HostView = { fencing: 'none', vip: false, vips: [], vipMs: 0, open: false };
  private kernel: HostView = this.last;
  private lastKind: FenceWish['kind'] = 'inherit';
  private lastProblem = '';

  constructor(
    private readonly guard: HostGuard,
    private readonly clock: Clock,
    private readonly post: (input: NodeInput) => void,
    private readonly onProblem: (message: string, remedy: string) => void,
    private readonly watchdog: WatchdogKeeper | null = null,
    private readonly driven: DrivenVips | null = null,
  ) {}

  enforce(wanted: FenceWish): void {
    const before = this.clock.now();
    const wish = this.guarded(wanted);
    const enforced = wish.kind === 'inherit' ? this.guard.observe() : this.guard.enforce(wish);
    this.drive(wish, enforced.ok);
    // Only once the kernel lets no client pass may the device stop.
    if (enforced.ok && wish.kind !== 'open' && wish.kind !== 'inherit') this.watchdog?.release();
    const took = this.clock.now() - before;
    const opened = wish.kind === 'open' && this.lastKind !== 'open';
    this.lastKind = wish.kind;
    if (!enforced.ok) this.report(enforced.error.message, enforced.error.remedy ?? '');
    // What a failed call left is asked of the kernel.
    const seen = enforced.ok ? enforced : this.guard.observe();
    if (!seen.ok) return;
    if (enforced.ok) this.lastProblem = '';
    this.kernel = viewOf(seen.value, opened ? took : this.last.vipMs);
    this.refresh();
  }

  /** Tells what stands now: after the kernel, or a VIP's driver, showed something new. */
  refresh(): void {
    const { kernel, watchdog, driven } = this;
    const open = this.lastKind === 'open' && kernel.open;
    this.tell({
      ...kernel,
      vips: [...kernel.vips, ...(driven?.view(open) ?? [])],
      vip: kernel.vip || driven?.isHeld() === true,
      ...(driven?.areGone() === false && { vipUnsure: true }),
      ...(watchdog !== null && { watchdog: watchdog.view }),
    });
  }

  /** An orderly end of this agent: what stands is the kernel's to end, and no device resets the host. */
  close(): void {
    this.driven?.close();
    this.watchdog?.release();
  }

  /** Before clients pass the watchdog runs; where it must and does not, they do not. */
  private guarded(wish: FenceWish): FenceWish {
    if (wish.kind !== 'open' || this.watchdog === null || this.watchdog.guard(wish.until))
      return wish;
    return { kind: 'peers', until: wish.until };
  }

  /**
   * Commands move an address only while the port is open to clients, and take it away as soon as it need
   * not be here. Under a grant that is not known it is left where a former life had it.
   */
  private drive(wish: FenceWish, enforced: boolean): void {
    if (wish.kind === 'inherit') return;
    const until: Instant | null = wish.kind === 'open' && wish.vip && enforced ? wish.until : null;
    this.driven?.want(until);
  }

  private tell(view: HostView): void {
    if (JSON.stringify(view) === JSON.stringify(this.last)) return;
    this.last = view;
    this.post({ type: 'hostObserved', host: view });
  }

  private report(message: string, remedy: string): void {
    if (message === this.lastProblem) return;
    this.lastProblem = message;
    this.onProblem(message, remedy);
  }
}

function viewOf(state: HostState, vipMs: number): HostView {
  const vips = state.vips.map(({ vip, state: sight }) => ({
    address: `${vip.ip}/${vip.prefixLength}`,
    held: sight === 'held',
  }));
  return {
    fencing: state.fencing,
    vip: vips.some(({ held }) => held),
    vips,
    vipMs,
    // Without a table nobody is kept out: that counts as open where a database may be primary.
    open: state.port === 'open' || state.port === 'broken' || state.port === 'lifted',
    ...(state.vipTrouble !== null && { vipTrouble: state.vipTrouble }),
  };
}
