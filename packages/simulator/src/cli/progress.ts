/** Says how far a batch is: on a terminal one line that is written over, else a line now and then. */
export class Progress {
  private lastAt = 0;
  private shown = false;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly describeEnd: string,
  ) {}

  show(done: number, events: number, seconds: number, simulatedMs: number): void {
    const every = this.out.isTTY ? 0.2 : 10;
    if (seconds - this.lastAt < every) return;
    this.lastAt = seconds;
    const rate = Math.round(events / seconds / 1000);
    const hours = (simulatedMs / 3_600_000).toFixed(1);
    const line = `${done} of ${this.describeEnd}, ${hours} cluster-hours, ${rate}k events/s`;
    this.out.write(this.out.isTTY ? `\r\u001b[K${line}` : `  ${line}\n`);
    this.shown = this.out.isTTY;
  }

  clear(): void {
    if (this.shown) this.out.write('\r\u001b[K');
    this.shown = false;
  }
}
