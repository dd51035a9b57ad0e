import type { DescService } from '@bufbuild/protobuf';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { readHostPort } from '../config/scalar-readers.js';
import { PeerSession } from '../transport/peer-session.js';
import { dial, type TlsMaterial } from '../transport/socket-factory.js';

export interface MemberClient<Service extends DescService> {
  readonly client: Client<Service>;
  /** Ends the connection, and with it every call that is under way. */
  readonly close: () => void;
}

/** A connection of its own to one member, as this member; it gives up by itself within a second. */
export function memberClient<Service extends DescService>(
  service: Service,
  address: string,
  expectedName: string,
  tls: TlsMaterial | undefined,
): MemberClient<Service> {
  const target = readHostPort(address);
  if (!target.ok) throw new RangeError(`${address} is not HOST:PORT`);
  const url = `${tls === undefined ? 'http' : 'https'}://${address}`;
  const session = new PeerSession({
    url,
    pingIntervalMs: 1000,
    pingTimeoutMs: 1000,
    createSocket: () =>
      dial({
        address: target.value,
        ...(tls === undefined ? {} : { tls }),
        expectedName,
        timeoutMs: 1000,
      }),
  });
  const transport = createConnectTransport({
    httpVersion: '2',
    baseUrl: url,
    sessionManager: session,
    useBinaryFormat: true,
  });
  return { client: createClient(service, transport), close: () => session.close() };
}
