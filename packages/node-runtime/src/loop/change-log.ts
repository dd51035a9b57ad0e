import type { PublishedEvent } from '@mha4rdb/core';

/** Events kept for watchers that resume; older ones are a gap to them. */
const KEPT = 512;

/**
 * The committed events of this process's life, for watchers to resume from. It begins at the
 * snapshot that the node started from: what is older counts as a gap.
 */
export class ChangeLog {
  private readonly events: PublishedEvent[] = [];
  /** Everything above this index is here. */
  private completeAfter: number;

  constructor(startIndex: number) {
    this.completeAfter = startIndex;
  }

  add(event: PublishedEvent): void {
    this.events.push(event);
    if (this.events.length <= KEPT) return;
    const dropped = this.events.shift();
    this.completeAfter = Math.max(this.completeAfter, dropped?.index ?? 0);
  }

  after(revision: number): { readonly events: readonly PublishedEvent[]; readonly gap: boolean } {
    return {
      events: this.events.filter(({ index }) => index > revision),
      gap: revision < this.completeAfter,
    };
  }
}
