import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import postgres from 'postgres';
import {
  CONTROL_DATABASE,
  viewServerError,
  type RawServerError,
  type Row,
  type ServerErrorView,
} from '@mha4rdb/db-probe';
import type { Deadline } from './deadline.js';
import { ServerFailure } from './failure.js';
import { codeOf } from './system-error.js';

/** Where a session goes, and as whom. */
export interface SessionTarget {
  /** A socket directory (begins with `/`) or a host. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /** A replication connection instead of one to a database. */
  readonly replication?: boolean;
  /** Unless it is the one that the agent's schema stands in. */
  readonly database?: string;
  /** Further words of the start-up packet. */
  readonly startUp?: Readonly<Record<string, string>>;
  /** For servers that greet otherwise than PostgreSQL. */
  readonly wire?: Wire;
}

/** What stands between the socket and a driver for PostgreSQL, where the server is another one. */
export interface Wire {
  /** The connection as the driver expects it. Throws errors with a code. */
  readonly dress: (socket: Socket) => Duplex | Promise<Duplex>;
  /** Reads this server's errors. */
  readonly view: (error: RawServerError) => ServerErrorView;
}

/** One connection, opened for one purpose and closed after it. */
export interface Session {
  /** Runs a text of one or more statements; answers the rows of the last. */
  rows(sql: string, deadline: Deadline): Promise<readonly Row[]>;
  close(): void;
}

/** Tells the sessions of this process from those of everybody else. */
export const APPLICATION_NAME = `mha4rdb-${randomBytes(4).toString('hex')}`;

/**
 * Opens a session. The socket is our own, so that closing it never waits for a server that hangs:
 * a driver's polite goodbye would leave one descriptor behind for each look at a stopped server.
 * Throws `ServerFailure`.
 */
export async function openSession(target: SessionTarget, deadline: Deadline): Promise<Session> {
  const view = target.wire?.view ?? viewServerError;
  const socket = await connectSocket(target, deadline, view);
  const stream = await dress(target.wire, socket, deadline, view);
  let handedOut = false;
  const options: postgres.Options<Record<string, never>> & { socket: () => Duplex } = {
    host: target.host,
    port: target.port,
    user: target.user,
    ...(target.password === undefined ? {} : { password: target.password }),
    database: target.database ?? CONTROL_DATABASE,
    max: 1,
    fetch_types: false,
    prepare: false,
    ssl: false,
    backoff: false,
    connect_timeout: Math.max(1, Math.ceil(deadline.left() / 1000)),
    connection: {
      application_name: APPLICATION_NAME,
      // Never wait for standbys here: a probe or a marker that did could not tell anything.
      ...(target.replication === true
        ? { replication: 'true' }
        : { synchronous_commit: 'local', statement_timeout: 0 }),
      ...target.startUp,
    },
    onnotice: () => undefined,
    socket: () => {
      if (handedOut) throw Object.assign(new Error('the server closed the connection'), CLOSED);
      handedOut = true;
      return stream;
    },
  };
  const sql = postgres(options);
  const close = (): void => {
    void sql.end({ timeout: 0 }).catch(() => undefined);
    socket.destroy();
  };
  return {
    rows: async (text, limit) => {
      const answer = sql.unsafe(text).simple() as unknown as Promise<readonly unknown[]>;
      const result = await bounded(answer, limit, close, view);
      const last = Array.isArray(result.at(-1)) ? result.at(-1) : result;
      return last as readonly Row[];
    },
    close,
  };
}

/** Opens a session, hands it to `work`, and closes it whatever happens. */
export async function withSession<Value>(
  target: SessionTarget,
  deadline: Deadline,
  work: (session: Session) => Promise<Value>,
): Promise<Value> {
  const session = await openSession(target, deadline);
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

const CLOSED = { code: 'ECONNRESET' };

/** The view of an error, PostgreSQL's or another server's. */
type View = Wire['view'];

async function dress(
  wire: Wire | undefined,
  socket: Socket,
  deadline: Deadline,
  view: View,
): Promise<Duplex> {
  if (wire === undefined) return socket;
  const abandon = (): void => {
    socket.destroy();
  };
  return bounded(Promise.resolve(wire.dress(socket)), deadline, abandon, view);
}

function connectSocket(target: SessionTarget, deadline: Deadline, view: View): Promise<Socket> {
  const socket = target.host.startsWith('/')
    ? createConnection({ path: `${target.host}/.s.PGSQL.${target.port}` })
    : createConnection({ host: target.host, port: target.port, noDelay: true });
  const connected = new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
  return bounded(connected, deadline, () => socket.destroy(), view);
}

/** Waits for `answer` until the deadline; then abandons it and calls `abandon`. */
async function bounded<Value>(
  answer: Promise<Value>,
  deadline: Deadline,
  abandon: () => void,
  view: View,
): Promise<Value> {
  let fail: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    fail = () => reject(Object.assign(new Error('no answer in time'), LATE));
  });
  const timer = setTimeout(fail, deadline.left());
  deadline.signal?.addEventListener('abort', fail, { once: true });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } catch (thrown) {
    answer.catch(() => undefined);
    if (codeOf(thrown) === LATE.code) abandon();
    throw toServerFailure(thrown, view);
  } finally {
    clearTimeout(timer);
    deadline.signal?.removeEventListener('abort', fail);
  }
}

const LATE = { code: 'ETIMEDOUT' };

function toServerFailure(thrown: unknown, view: View): unknown {
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const { message, detail } = thrown as { message: string; detail?: string };
  return new ServerFailure(view({ code, detail, message }));
}
