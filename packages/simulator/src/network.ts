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

/** One direction between two hosts (or a host and `client`). */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** Null: all that passes. */
  readonly only: Traffic | null;
}

/** Links between hosts and clients, one direction each. */
export class Network {
  /** How many cuts lie on each link. */
  private readonly cuts = new Map<string, number>();

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

  cut(links: readonly Link[]): void {
    for (const link of links) this.cuts.set(keyOf(link), (this.cuts.get(keyOf(link)) ?? 0) + 1);
  }

  /** Takes one cut off each of these links; another may still lie on it. */
  mend(links: readonly Link[]): void {
    for (const link of links) {
      const left = (this.cuts.get(keyOf(link)) ?? 0) - 1;
      if (left > 0) this.cuts.set(keyOf(link), left);
      else this.cuts.delete(keyOf(link));
    }
  }

  heal(): void {
    this.cuts.clear();
  }
}

function keyOf({ from, to, only }: Link): string {
  return only === null ? `${from}>${to}` : `${from}>${to} ${only}`;
}
