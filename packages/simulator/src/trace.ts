const KEPT_LINES = 400;

/** What happened, for people and for comparing two runs. */
export class Trace {
  private readonly kept: string[] = [];
  /** When the last line was said. */
  lastAt = 0;
  private state = 0x811c9dc5;

  constructor(private readonly print: ((line: string) => void) | null) {}

  /** One line of the timeline; `who` is a host, `client` or `world`. */
  say(now: number, who: string, text: string): void {
    this.lastAt = now;
    this.mix(who);
    this.mix(text);
    const line = `${(now / 1000).toFixed(4).padStart(10)} ${who.padEnd(8)} ${text}`;
    this.kept.push(line);
    if (this.kept.length > 2 * KEPT_LINES) this.kept.splice(0, KEPT_LINES);
    this.print?.(line);
  }

  /** Counts something into the fingerprint without a line. */
  note(now: number, word: string): void {
    this.number(Math.round(now * 1000));
    this.mix(word);
  }

  /** Two runs are the same iff their fingerprints are (as far as 32 bits can tell). */
  fingerprint(): string {
    return (this.state >>> 0).toString(16).padStart(8, '0');
  }

  last(count: number): readonly string[] {
    return this.kept.slice(-count);
  }

  private number(value: number): void {
    this.state = Math.imul(this.state ^ (value | 0), 0x01000193);
    this.state ^= this.state >>> 15;
  }

  private mix(text: string): void {
    for (let index = 0; index < text.length; index++) {
      this.state = Math.imul(this.state ^ text.charCodeAt(index), 0x01000193);
    }
  }
}
