import { isIP, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { once } from 'node:events';

/** Asks a server for TLS before anything else is said; 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Turns a fresh connection into one over TLS. Never falls back: a server without TLS is refused. So
 * is one that sends more than its one byte ahead, since that would be read as if it were encrypted.
 */
export async function overTls(
  socket: Socket,
  host: string,
  options: ConnectionOptions,
): Promise<TLSSocket> {
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  const closed = once(socket, 'close').then(() => {
    throw refusal('the server closed the connection when it was asked for TLS');
  });
  closed.catch(() => undefined);
  socket.write(SSL_REQUEST);
  const [answer] = await Promise.race([answered, closed]);
  socket.pause();
  if (answer.toString('latin1') !== 'S') {
    socket.destroy();
    throw refusal(
      'the server speaks no TLS on this port. Set ssl = on there, or leave database.tls out.',
    );
  }
  // The certificate has to bear the configured host's name; an address is no server name.
  const named = isIP(host) === 0 ? { host, servername: host } : { host };
  const secure = connect({ ...named, ...options, socket });
  await once(secure, 'secureConnect');
  return secure;
}

function refusal(message: string): Error {
  return Object.assign(new Error(message), { code: 'NO_TLS' });
}
