import type { SeededRandom } from '@mha4rdb/kernel';
import type { Schedule } from './schedule.js';

/** What the network does to messages by itself, besides cuts. */
export interface NetworkWeather {
  readonly delayMs: number;
  /** One in so many messages takes this much longer: disorder. */
  readonly slowChance: number;
  readonly slowMs: number;
  readonly loss: number;
  readonly duplication: number;
}

export const CALM: NetworkWeather = {
  delayMs: 0.3,
  slowChance: 0,
  slowMs: 0,
  loss: 0,
  duplication: 0,
};

/** What a cut can be limited to: what agents say to each other, or what databases do. */
export type Traffic = 'agents' | 'databases';

/** Links between hosts and clients, one direction each. */
export class Network {
  private readonly cuts = new Set<string>();

  constructor(
    private readonly schedule: Schedule,
    private readonly random: SeededRandom,
    public weather: NetworkWeather,
  ) {}

  /** One message on its own way: lost, late, twice, or after a later one. */
  send(from: string, to: string, arrive: () => void): void {
    const { random, weather } = this;
    if (this.isCut(from, to, 'agents') || random.chance(weather.loss)) return;
    this.schedule.after(this.delay(), () => {
      if (!this.isCut(from, to, 'agents')) arrive();
    });
    if (weather.duplication > 0 && random.chance(weather.duplication)) {
      this.schedule.after(this.delay() + this.delay(), () => {
        if (!this.isCut(from, to, 'agents')) arrive();
      });
    }
  }

  /** The time that one message takes now. */
  delay(): number {
    const { random, weather } = this;
    const usual = weather.delayMs * (0.3 - Math.log(1 - random.next() * 0.999));
    return random.chance(weather.slowChance) ? usual + random.next() * weather.slowMs : usual;
  }

  /** Packets pass both ways: a connection lives. */
  isConnected(a: string, b: string, traffic: Traffic): boolean {
    return !this.isCut(a, b, traffic) && !this.isCut(b, a, traffic);
  }

  isCut(from: string, to: string, traffic: Traffic): boolean {
    if (this.cuts.size === 0) return false;
    return this.cuts.has(`${from}>${to}`) || this.cuts.has(`${from}>${to} ${traffic}`);
  }

  cut(from: string, to: string, only: Traffic | null = null): void {
    this.cuts.add(only === null ? `${from}>${to}` : `${from}>${to} ${only}`);
  }

  heal(): void {
    this.cuts.clear();
  }

  get isWhole(): boolean {
    return this.cuts.size === 0;
  }
}
