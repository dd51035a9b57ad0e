/** Something is on its way from one part of this process to another; the oldest is dropped first. */
export class FrameQueue<Frame> {
  private readonly waiting: { readonly frame: Frame; readonly since: number }[] = [];
  private wake: (() => void) | undefined;
  /** Frames that found no room, or grew too old before they could leave. */
  dropped = 0;

  constructor(
    private readonly limits: {
      readonly frames: number;
      /** Older ones are not worth sending: a heartbeat from before an outage only misleads. */
      readonly ageMs: number;
    },
    private readonly now: () => number,
  ) {}

  push(frame: Frame): void {
    if (this.waiting.length >= this.limits.frames) {
      this.waiting.shift();
      this.dropped += 1;
    }
    this.waiting.push({ frame, since: this.now() });
    this.wake?.();
  }

  /** All that wait now, at most `atMost`; waits for the first one. Empty when interrupted. */
  async take(atMost: number): Promise<readonly Frame[]> {
    const ready = this.takeFresh(atMost);
    if (ready.length > 0) return ready;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
    return this.takeFresh(atMost);
  }

  /** Sends away the reader that waits, if there is one. */
  interrupt(): void {
    this.wake?.();
  }

  private takeFresh(atMost: number): readonly Frame[] {
    const oldest = this.now() - this.limits.ageMs;
    const taken: Frame[] = [];
    while (taken.length < atMost) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      if (next.since >= oldest) taken.push(next.frame);
      else this.dropped += 1;
    }
    return taken;
  }
}
