/** Something that happens at a moment of true time. */
interface Planned {
  readonly at: number;
  readonly seq: number;
  readonly run: () => void;
}

/** A window over which events are counted, in milliseconds. */
const WINDOW_MS = 1000;

/**
 * True time, in milliseconds, and what is still to happen. Ordered by `(at, seq)`, so that two things
 * planned for one moment happen in the order in which they were planned: the same seed gives the same
 * run.
 */
export class Schedule {
  now = 0;
  /** How many have run. */
  count = 0;
  /** How many have run in the present second, which begins with its first event. */
  inSecond = 0;
  private secondEnds = 0;
  private nextSeq = 0;
  private readonly heap: Planned[] = [];

  at(moment: number, run: () => void): void {
    this.push({ at: Math.max(moment, this.now), seq: this.nextSeq++, run });
  }

  after(milliseconds: number, run: () => void): void {
    this.at(this.now + milliseconds, run);
  }

  /** Runs everything planned up to `end`, while `goesOn`; then the time is `end` (or where it stopped). */
  runUntil(end: number, goesOn: () => boolean): void {
    for (let next = this.heap[0]; next !== undefined && next.at <= end; next = this.heap[0]) {
      this.pop();
      this.now = next.at;
      this.count += 1;
      if (next.at >= this.secondEnds) {
        this.secondEnds = next.at + WINDOW_MS;
        this.inSecond = 0;
      }
      this.inSecond += 1;
      next.run();
      if (!goesOn()) return;
    }
    this.now = end;
  }

  private push(item: Planned): void {
    const { heap } = this;
    let place = heap.length;
    heap.push(item);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isEarlier(item, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = item;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let child = heap[left];
      let childPlace = left;
      const other = heap[right];
      if (child !== undefined && other !== undefined && isEarlier(other, child)) {
        child = other;
        childPlace = right;
      }
      if (child === undefined || !isEarlier(child, last)) break;
      heap[place] = child;
      place = childPlace;
    }
    heap[place] = last;
  }
}

function isEarlier(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}
