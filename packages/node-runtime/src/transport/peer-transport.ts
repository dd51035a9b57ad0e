import type { PeerMessage } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import type { Clock } from '../clock/monotonic-clock.js';
import type { HostPort } from '../config/scalar-readers.js';
import type { Sender } from './frame-codec.js';
import { PeerLink, type LinkState, type LinkTiming } from './peer-link.js';
import type { TlsMaterial } from './socket-factory.js';

export interface PeerAddress {
  readonly id: NodeId;
  readonly address: HostPort;
}

export interface TransportOptions {
  readonly sender: Sender;
  readonly tls?: TlsMaterial;
  readonly timing: LinkTiming;
  readonly clock: Clock;
  /** A link came up or went down. */
  readonly onState: (peer: NodeId, state: LinkState) => void;
}

/** Pings and connection attempts in step with the cluster's heartbeat. */
export function linkTimingOf(heartbeatMs: number): LinkTiming {
  return {
    connectTimeoutMs: 1000,
    pingIntervalMs: Math.max(250, 2 * heartbeatMs),
    pingTimeoutMs: Math.max(500, 2 * heartbeatMs),
  };
}

/** One link to each other member, independent of one another. */
export class PeerTransport {
  private readonly links = new Map<NodeId, { readonly address: string; readonly link: PeerLink }>();

  constructor(private readonly options: TransportOptions) {}

  /** Follows the member list: opens what is new, moves what changed its address, ends the rest. */
  setPeers(peers: readonly PeerAddress[]): void {
    const others = peers.filter(({ id }) => id !== this.options.sender.node);
    for (const [id, { link }] of this.links) {
      if (others.some((peer) => peer.id === id)) continue;
      this.links.delete(id);
      void link.close();
    }
    for (const peer of others) this.setPeer(peer);
  }

  private setPeer(peer: PeerAddress): void {
    const address = `${peer.address.host} ${peer.address.port}`;
    const current = this.links.get(peer.id);
    if (current?.address === address) return;
    void current?.link.close();
    const { onState, ...shared } = this.options;
    const link = new PeerLink({ ...shared, peer, onState: (state) => onState(peer.id, state) });
    this.links.set(peer.id, { address, link });
  }

  /** Lost without a word when `to` is no peer, or cannot be reached. */
  send(to: NodeId, message: PeerMessage): void {
    this.links.get(to)?.link.send(message);
  }

  /** Frames that were lost here, over all peers. */
  get dropped(): number {
    return [...this.links.values()].reduce((sum, { link }) => sum + link.dropped, 0);
  }

  async close(): Promise<void> {
    const links = [...this.links.values()];
    this.links.clear();
    await Promise.all(links.map(({ link }) => link.close()));
  }
}
