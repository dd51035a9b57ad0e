import type { FenceWish, HostView } from '@mha4rdb/core';
import type { HostGuard, HostState } from '@mha4rdb/host-linux';
import type { Clock, NodeInput } from '@mha4rdb/node-runtime';

/** Brings the kernel to the member's wish, synchronously, and posts what stands afterwards. */
export class HostFence {
  private last: HostView = { fencing: 'none', vip: false, vips: [], vipMs: 0, open: false };
  private lastKind: FenceWish['kind'] = 'inherit';
  private lastProblem = '';

  constructor(
    private readonly guard: HostGuard,
    private readonly clock: Clock,
    private readonly post: (input: NodeInput) => void,
    private readonly onProblem: (message: string, remedy: string) => void,
  ) {}

  enforce(wish: FenceWish): void {
    const before = this.clock.now();
    const enforced = wish.kind === 'inherit' ? this.guard.observe() : this.guard.enforce(wish);
    const took = this.clock.now() - before;
    const opened = wish.kind === 'open' && this.lastKind !== 'open';
    this.lastKind = wish.kind;
    if (!enforced.ok) this.report(enforced.error.message, enforced.error.remedy ?? '');
    // What a failed call left is asked of the kernel.
    const seen = enforced.ok ? enforced : this.guard.observe();
    if (!seen.ok) return;
    if (enforced.ok) this.lastProblem = '';
    this.tell(viewOf(seen.value, opened ? took : this.last.vipMs));
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
  };
}
