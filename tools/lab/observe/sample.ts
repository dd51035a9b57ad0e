/** A host got the VIP or lost it, or began or ceased to answer for it, as seen from outside. */
export interface AddressChange {
  readonly kind: 'address';
  readonly host: string;
  readonly has: boolean;
  /** Time of the sample that saw it, and of the one before, which did not. */
  readonly at: number;
  readonly notBefore: number;
}

/** How well the sampler itself did: a starved sampler proves nothing. */
export interface SamplerHealth {
  readonly kind: 'health';
  readonly samples: number;
  readonly longestPauseMs: number;
}

/** What the sampler writes, one JSON line each. */
export type SamplerLine = AddressChange | SamplerHealth;

/** First line of the sampler's input. */
export interface SamplerConfig {
  readonly vip: string;
  readonly everyMs: number;
}

/** What the prober of open ports is told, in one line. */
export interface AnsweringConfig {
  readonly vip: string;
  readonly port: number;
  /** The prober's own address. */
  readonly own: string;
  readonly hosts: readonly { readonly host: string; readonly mac: string }[];
  readonly everyMs: number;
}

/** Each further line: through which process a host is seen; null for a host without power. */
export interface SamplerHost {
  readonly host: string;
  readonly pid: number | null;
}
