import { err, type Failure } from '@mha4rdb/kernel';

/** Why the host did not do what was asked. Stable codes. */
export type HostFailureCode =
  /** CAP_NET_ADMIN or CAP_NET_RAW is missing. */
  | 'no-permission'
  /** libnftables or libc cannot be loaded on this host. */
  | 'library-missing'
  /** nftables or the kernel refused; the message carries its own words. */
  | 'nft-failed'
  /** The table or element named is not there. */
  | 'nft-absent'
  /** The process got so little CPU that every attempt came too late; the lease runs out. */
  | 'starved'
  | 'interface-missing'
  | 'interface-down'
  /** The VIP is configured on this host by somebody else. */
  | 'address-foreign'
  /** The kernel still shows an address that it said it removed, or not one that it said it added. */
  | 'address-unverified'
  | 'netlink-failed'
  | 'announce-failed'
  /** The device is absent, busy, or cannot do what is asked of it. */
  | 'watchdog-unusable'
  | 'bad-address'
  | 'state-file';

export type HostFailure = Failure<HostFailureCode>;
export type HostResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: HostFailure };

export const NEEDS_NET_ADMIN = 'run the agent as root, or with CAP_NET_ADMIN and CAP_NET_RAW';

export function hostErr(
  code: HostFailureCode,
  message: string,
  remedy?: string,
): { readonly ok: false; readonly error: HostFailure } {
  return err(code, message, remedy);
}
