import type { FenceWish, HostView } from '@mha4rdb/core';
import type { HostGuard, HostState } from '@mha4rdb/host-linux';
import type { Clock, NodeInput } from '@mha4rdb/node-runtime';

/**
 * Brings the kernel to the member's wish, synchronously, and posts what stands afterwards. A renewal
 * that changes nothing is looked at once each `lookMs`, not at each call.
 */
export class HostFence {
  private last: HostView = { fencing: 'none', vip: false, vips: [], vipMs: 0, open: false };
  private lastKind: FenceWish['kind'] = 'inherit';
  private lookedAt = 0;
  private lastProblem = '';

  constructor(
    private readonly guard: HostGuard,
    private readonly clock: Clock,
    private readonly lookMs: number,
    private readonly post: (input: NodeInput) => void,
    private readonly onProblem: (message: string, remedy: string) => void,
  ) {}

  enforce(wish: FenceWish): void {
    if (wish.kind === 'inherit') {
      this.look(wish.kind, 0);
      return;
    }
    const before = this.clock.now();
    const enforced = this.guard.enforce(wish);
    const took = this.clock.now() - before;
    if (!enforced.ok) this.report(enforced.error.message, enforced.error.remedy ?? '');
    const opened = wish.kind === 'open' && this.lastKind !== 'open';
    const due = before - this.lookedAt >= this.lookMs;
    if (wish.kind !== this.lastKind || due || !enforced.ok)
      this.look(wish.kind, opened ? took : null);
  }

  private look(kind: FenceWish['kind'], vipMs: number | null): void {
    this.lastKind = kind;
    this.lookedAt = this.clock.now();
    const seen = this.guard.observe();
    if (!seen.ok) {
      this.report(seen.error.message, seen.error.remedy ?? '');
      return;
    }
    this.lastProblem = '';
    const view = viewOf(seen.value, vipMs ?? this.last.vipMs);
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
