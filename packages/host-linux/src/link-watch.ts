import type { Instant } from '@mha4rdb/kernel';
import { CARRIER_LOST_AFTER_MS, isLost, isUsable, mustAnnounceAgain } from '@mha4rdb/vip';
import type { HostLink } from './link-message.js';

/** The interfaces that carry VIPs, as the kernel told of them last. */
export interface LinkWatch {
  /** Takes in what the kernel said; answers what follows from it. */
  see(link: HostLink, notifyPeers: boolean): { readonly announce: boolean; readonly came: boolean };
  /** The interface does not exist (any more). */
  seeNone(name: string): void;
  link(name: string): HostLink | undefined;
  /** Names of interfaces that have been unusable for so long that it counts. */
  lost(): readonly string[];
  close(): void;
}

interface Watched {
  link: HostLink | undefined;
  unusableSince: Instant | null;
  told: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** `onChange` is called when an interface begins or ends to count as lost. */
export function createLinkWatch(
  names: readonly string[],
  now: () => Instant,
  onChange: (kind: 'link-lost' | 'link-back', name: string) => void,
): LinkWatch {
  const watched = new Map<string, Watched>(
    names.map((name) => [
      name,
      { link: undefined, unusableSince: null, told: false, timer: undefined },
    ]),
  );

  const judge = (name: string, watch: Watched): void => {
    const lost = isLost(watch.unusableSince, now());
    if (lost === watch.told) return;
    watch.told = lost;
    onChange(lost ? 'link-lost' : 'link-back', name);
  };

  const note = (name: string, watch: Watched, link: HostLink | undefined): void => {
    watch.link = link;
    if (link !== undefined && isUsable(link)) {
      watch.unusableSince = null;
      clearTimeout(watch.timer);
    } else if (watch.unusableSince === null) {
      watch.unusableSince = now();
      watch.timer = setTimeout(() => judge(name, watch), CARRIER_LOST_AFTER_MS + 1).unref();
    }
    judge(name, watch);
  };

  return {
    see(link, notifyPeers) {
      const watch = watched.get(link.name);
      if (watch === undefined) return { announce: false, came: false };
      const before = watch.link;
      note(link.name, watch, link);
      const came = isUsable(link) && !(before !== undefined && isUsable(before));
      return { announce: mustAnnounceAgain(before, link, notifyPeers), came };
    },
    seeNone(name) {
      const watch = watched.get(name);
      if (watch !== undefined) note(name, watch, undefined);
    },
    link: (name) => watched.get(name)?.link,
    lost: () =>
      [...watched].flatMap(([name, { unusableSince }]) =>
        isLost(unusableSince, now()) ? [name] : [],
      ),
    close() {
      for (const { timer } of watched.values()) clearTimeout(timer);
    },
  };
}
