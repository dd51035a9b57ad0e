import type { ClusterStatus } from '../status/cluster-status.js';
import type { Connection } from './connection.js';
import type { Endpoint } from './endpoint.js';

/**
 * The members that may be asked, best first: who answered last stands in front, who failed last at
 * the end. Those given at the start stay; those learned from the cluster come and go with it.
 */
export class MemberList {
  private connections: Connection[];
  private readonly given: ReadonlySet<string>;

  constructor(
    endpoints: readonly Endpoint[],
    private readonly endpointOf: (address: string) => Endpoint | null,
    private readonly open: (endpoint: Endpoint) => Connection,
  ) {
    const distinct = new Map(endpoints.map((endpoint) => [endpoint.address, endpoint]));
    this.given = new Set(distinct.keys());
    this.connections = [...distinct.values()].map(open);
  }

  inOrder(): readonly Connection[] {
    return [...this.connections];
  }

  at(address: string): Connection | undefined {
    return this.connections.find(({ endpoint }) => endpoint.address === address);
  }

  answered(connection: Connection): void {
    if (this.without(connection)) this.connections.unshift(connection);
  }

  failed(connection: Connection): void {
    if (this.without(connection)) this.connections.push(connection);
  }

  /** Follows the replicated member list; a stale answer teaches nothing. */
  learn(status: ClusterStatus): void {
    if (status.stale) return;
    const members = new Set(status.members.map(({ address }) => address));
    for (const gone of this.connections.filter(
      ({ endpoint: { address } }) => !members.has(address) && !this.given.has(address),
    )) {
      this.without(gone);
      gone.close();
    }
    for (const address of members) {
      if (this.at(address) !== undefined) continue;
      const endpoint = this.endpointOf(address);
      if (endpoint !== null) this.connections.push(this.open(endpoint));
    }
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private without(connection: Connection): boolean {
    const others = this.connections.filter((other) => other !== connection);
    const found = others.length < this.connections.length;
    this.connections = others;
    return found;
  }
}
