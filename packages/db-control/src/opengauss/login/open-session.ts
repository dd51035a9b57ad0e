import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { viewOpenGaussError, type Dialect } from '@mha4rdb/db-probe';
import type { Deadline } from '../../postgres/deadline.js';
import { openSession, type Session } from '../../postgres/session.js';
import type { LoginGate } from './login-gate.js';
import { LoginStream } from './login-stream.js';
import { overTls } from './tls.js';

/** One way into one server of the openGauss family. */
export interface OpenGaussAccess {
  readonly dialect: Dialect;
  /** A socket directory (begins with `/`) or a host. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Never given to the driver. Without one, a server that asks for it is refused. */
  readonly password?: string;
  /** TLS is demanded when this is there; over a Unix socket it is not spoken. */
  readonly tls?: ConnectionOptions;
  readonly database?: string;
  /** Further words of the start-up packet. */
  readonly startUp?: Readonly<Record<string, string>>;
  /** Shared by all who log in there with this password. */
  readonly gate: LoginGate;
}

/** Opens a session and proves the login. Throws `ServerFailure`. */
export function openGaussSession(access: OpenGaussAccess, deadline: Deadline): Promise<Session> {
  const { dialect, gate, host, port, user } = access;
  const wire = {
    dress: (socket: Socket) => dress(socket, access),
    view: viewOpenGaussError,
  };
  const target = {
    host,
    port,
    user,
    database: access.database ?? dialect.database,
    wire,
    ...(access.startUp === undefined ? {} : { startUp: access.startUp }),
  };
  return gate.pass(async () => {
    const session = await openSession(target, deadline);
    try {
      // The driver logs in with the first statement only.
      await session.rows('select 1 as alive', deadline);
      return session;
    } catch (thrown) {
      session.close();
      throw thrown;
    }
  });
}

async function dress(socket: Socket, access: OpenGaussAccess): Promise<Duplex> {
  const { dialect, host, password, tls, user } = access;
  const wire =
    tls === undefined || host.startsWith('/') ? socket : await overTls(socket, host, tls);
  const credentials = password === undefined ? { user } : { user, password };
  return new LoginStream(wire, credentials, dialect.login);
}
