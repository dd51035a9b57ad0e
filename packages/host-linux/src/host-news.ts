/** What happened on the host that people should hear of, beside what `enforce` answers. */
export type HostNews =
  /** Others took a VIP away; it is back. `count` is how often so far. */
  | { readonly kind: 'vip-restored'; readonly address: string; readonly count: number }
  /** It could not be put back. */
  | { readonly kind: 'vip-not-restored'; readonly address: string; readonly reason: string }
  /** Somebody else on the link says that a VIP of ours is his. `defended`: we said no, once. */
  | {
      readonly kind: 'vip-claimed-by-other';
      readonly address: string;
      readonly interface: string;
      readonly mac: string;
      readonly defended: boolean;
    }
  | { readonly kind: 'link-lost' | 'link-back'; readonly interface: string }
  /** What this kernel was found to need until an address whose lifetime has ended is gone. */
  | { readonly kind: 'address-slack'; readonly slackMs: number };
