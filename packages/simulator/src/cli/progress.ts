/** Says how far something is: on a terminal one line that is written over, else a line now and then. */
export class Progress {
  private lastAt = 0;
  private shown = false;

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** @param seconds since it began. */
  show(seconds: number, line: string): void {
    const every = this.out.isTTY ? 0.2 : 10;
    if (seconds - this.lastAt < every) return;
    this.lastAt = seconds;
    this.out.write(this.out.isTTY ? `\r\u001b[K${line}` : `  ${line}\n`);
    this.shown = this.out.isTTY;
  }

  clear(): void {
    if (this.shown) this.out.write('\r\u001b[K');
    this.shown = false;
  }
}
