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

interface Linked {
  readonly address: string;
  readonly link: PeerLink;
  /** Of a former member: ends the link when nothing more is said to it. */
  leaving?: NodeJS.Timeout;
}

/** A former member is told so when it speaks; its link is kept so long after the last word. */
const FORMER_LINK_MS = 10_000;

/** One link to each other member, independent of one another. */
export class PeerTransport {
  private readonly links = new Map<NodeId, Linked>();
  private former: readonly PeerAddress[] = [];

  constructor(private readonly options: TransportOptions) {}

  /**
   * Follows the member list: opens what is new, moves what changed its address, ends the rest. To
   * `former` members a link is opened when there is something to say to them.
   */
  setPeers(peers: readonly PeerAddress[], former: readonly PeerAddress[] = []): void {
    const others = peers.filter(({ id }) => id !== this.options.sender.node);
    this.former = former;
    for (const [id, linked] of this.links) {
      if (others.some((peer) => peer.id === id)) continue;
      if (former.some((peer) => peer.id === id)) this.leaveSoon(id, linked);
      else this.end(id, linked);
    }
    for (const peer of others) this.setPeer(peer);
  }

  private leaveSoon(id: NodeId, linked: Linked): void {
    clearTimeout(linked.leaving);
    linked.leaving = setTimeout(() => this.end(id, linked), FORMER_LINK_MS).unref();
  }

  private end(id: NodeId, linked: Linked): void {
    clearTimeout(linked.leaving);
    if (this.links.get(id) === linked) this.links.delete(id);
    void linked.link.close();
  }

  private setPeer(peer: PeerAddress): void {
    const address = `${peer.address.host} ${peer.address.port}`;
    const current = this.links.get(peer.id);
    if (current?.address === address) return;
    if (current !== undefined) this.end(peer.id, current);
    const { onState, ...shared } = this.options;
    const link = new PeerLink({ ...shared, peer, onState: (state) => onState(peer.id, state) });
    this.links.set(peer.id, { address, link });
  }

  /** Lost without a word when `to` is no peer, or cannot be reached. */
  send(to: NodeId, message: PeerMessage): void {
    const former = this.former.find(({ id }) => id === to);
    if (former !== undefined) this.setPeer(former);
    const linked = this.links.get(to);
    if (linked === undefined) return;
    if (former !== undefined) this.leaveSoon(to, linked);
    linked.link.send(message);
  }

  /** Frames that were lost here, over all peers. */
  get dropped(): number {
    return [...this.links.values()].reduce((sum, { link }) => sum + link.dropped, 0);
  }

  async close(): Promise<void> {
    const links = [...this.links];
    for (const [id, linked] of links) this.end(id, linked);
    await Promise.all(links.map(([, { link }]) => link.close()));
  }
}
