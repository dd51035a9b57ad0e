import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Accounts } from './accounts.js';
import { challengeOf, type HbaMethod } from './challenge.js';
import type { DoorConfig, DoorEvent } from './door-config.js';
import { fatal, message, MessageCutter, parameterStatus } from './messages.js';
import { isAccepted, postgresStart, readHello, type Hello } from './start-up.js';

type Start = Extract<Hello, { kind: 'start' }>;
type Wire = Socket | TLSSocket;

interface Login {
  readonly user: string;
  readonly minor: number;
  readonly tls: boolean;
  readonly method: Exclude<HbaMethod, 'trust'>;
}

/** Why nobody is admitted now; asked for each client. */
export type Refusal = (
  parameters: ReadonlyMap<string, string>,
) => { readonly sqlState: string; readonly words: string } | undefined;

/**
 * The outside of an emulated server: it greets and authenticates as openGauss does and passes what
 * follows to a real PostgreSQL server, whose answers it changes only where the greeting differs.
 */
export class Door {
  readonly accounts: Accounts;
  private readonly servers: Server[] = [];
  private readonly clients = new Set<Wire>();

  constructor(
    private readonly config: DoorConfig,
    private readonly report: (event: DoorEvent) => void,
    private readonly refusal: Refusal = () => undefined,
  ) {
    this.accounts = new Accounts(config.failedLoginAttempts, config.passwordLockMs);
  }

  async open(): Promise<void> {
    const { listen, socketDir } = this.config;
    await this.listen({ host: listen.host, port: listen.port }, false);
    if (socketDir !== undefined) {
      mkdirSync(socketDir, { recursive: true });
      const path = `${socketDir}/.s.PGSQL.${listen.port}`;
      rmSync(path, { force: true });
      await this.listen({ path }, true);
    }
    this.report({ event: 'listening' });
  }

  close(): void {
    for (const server of this.servers) server.close();
    this.endClients();
  }

  endClients(): void {
    for (const client of this.clients) client.destroy();
  }

  private async listen(where: { host: string; port: number } | { path: string }, local: boolean) {
    const server = createServer({ noDelay: true }, (socket) => this.greet(socket, local, false));
    this.servers.push(server);
    server.listen(where);
    await once(server, 'listening');
  }

  private greet(socket: Wire, local: boolean, tls: boolean): void {
    this.clients.add(socket);
    socket.once('close', () => this.clients.delete(socket));
    socket.on('error', () => socket.destroy());
    let buffer = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      buffer = Buffer.concat([buffer, chunk]);
      const hello = readHello(buffer);
      if (hello.kind === 'incomplete') return;
      socket.off('data', read);
      socket.pause();
      if (hello.kind === 'tls') this.offerTls(socket, local);
      else if (hello.kind === 'cancel') this.passCancel(socket, hello.whole);
      else void this.admit(socket, hello, local, tls);
    };
    socket.on('data', read);
  }

  private offerTls(socket: Wire, local: boolean): void {
    const { tls } = this.config;
    if (tls === undefined) {
      socket.write('N');
      this.greet(socket, local, false);
      socket.resume();
      return;
    }
    socket.write('S');
    const pem = { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
    this.greet(new TLSSocket(socket, { isServer: true, ...pem }), local, true);
  }

  private passCancel(socket: Wire, whole: Buffer): void {
    const server = this.connectServer();
    server.once('connect', () => server.end(whole));
    server.once('close', () => socket.destroy());
    server.on('error', () => server.destroy());
  }

  private async admit(socket: Wire, start: Start, local: boolean, tls: boolean): Promise<void> {
    const { config } = this;
    const user = start.parameters.get('user') ?? '';
    const refuse = (sqlState: string, words: string): void => {
      this.report({ event: 'refused', user });
      socket.end(fatal(sqlState, words));
    };
    if (!isAccepted(start.major, start.minor, config.newestMinor)) {
      refuse('0A000', `unsupported frontend protocol ${start.major}.${start.minor}.`);
      return;
    }
    const reason = this.refusal(start.parameters);
    if (reason !== undefined) return refuse(reason.sqlState, reason.words);
    const method = this.methodOf(socket, start, local);
    if (method === undefined || method === 'reject') {
      return refuse('28000', `no pg_hba.conf entry for user "${user}"`);
    }
    if (method !== 'trust') {
      const loopback = socket.remoteAddress?.startsWith('127.') === true;
      if (user === config.initialUser && !loopback) {
        return refuse('28000', 'Forbid remote connection with initial user.');
      }
      if (this.accounts.isLocked(user)) {
        this.report({ event: 'locked', user });
        return refuse('28000', 'The account has been locked.');
      }
      if (!(await this.authenticate(socket, { user, minor: start.minor, tls, method }))) {
        socket.end(fatal('28P01', 'Invalid username/password,login denied.'));
        return;
      }
    }
    this.connect(socket, start);
  }

  private methodOf(
    socket: Wire,
    { parameters }: Start,
    local: boolean,
  ): HbaMethod | 'reject' | undefined {
    const { method } = this.config;
    const user = parameters.get('user') ?? '';
    if (typeof method !== 'function') return local ? 'trust' : method;
    const address = local ? undefined : socket.remoteAddress?.replace('::ffff:', '');
    return method({ user, database: parameters.get('database') ?? user, address });
  }

  /** Any answer that is not the right one counts, of whatever form: also what a SASL client sends. */
  private async authenticate(socket: Wire, { user, minor, tls, method }: Login): Promise<boolean> {
    const { users } = this.config;
    const stored = users.find(({ name }) => name === user);
    const challenge = challengeOf(method, stored, user, minor);
    const code = challenge.request.readInt32BE(5);
    this.report({ event: 'asked', user, minor, code, tls });
    socket.write(challenge.request);
    const answer = await readAnswer(socket);
    if (answer === undefined) return false;
    if (challenge.isRight(answer)) {
      this.accounts.right(user);
      this.report({ event: 'right', user });
      return true;
    }
    this.report({ event: 'wrong', user, failures: this.accounts.wrong(user) });
    return false;
  }

  private connect(socket: Wire, { parameters }: Start): void {
    const server = this.connectServer();
    const cutter = new MessageCutter();
    let greeted = false;
    server.once('connect', () => server.write(postgresStart(withoutToolOptions(parameters))));
    server.on('data', (chunk: Buffer) => {
      if (greeted) {
        if (!socket.write(chunk)) server.pause();
        return;
      }
      for (const each of cutter.add(chunk)) {
        socket.write(asOpenGauss(each));
        if (each[0] === 0x5a) greeted = true;
      }
      if (greeted) socket.write(cutter.rest());
    });
    socket.on('drain', () => server.resume());
    server.on('error', () => {
      socket.end(fatal('57P03', 'the database system is starting up'));
    });
    server.once('close', () => socket.end());
    socket.once('close', () => server.destroy());
    socket.on('data', (chunk: Buffer) => {
      if (!server.write(chunk)) socket.pause();
    });
    server.on('drain', () => socket.resume());
    socket.resume();
  }

  private connectServer(): Socket {
    const { socketDir, port } = this.config.server;
    return createConnection({ path: `${socketDir}/.s.PGSQL.${port}` });
  }
}

/** The client's `p` message; `undefined` when it went away instead. */
function readAnswer(socket: Wire): Promise<string | undefined> {
  const cutter = new MessageCutter();
  return new Promise((resolve) => {
    const read = (chunk: Buffer): void => {
      const [first] = cutter.add(chunk);
      if (first === undefined) return;
      socket.off('data', read);
      socket.pause();
      resolve(first[0] === 0x70 ? first.toString('latin1', 5, first.length - 1) : '');
    };
    socket.on('data', read);
    socket.once('close', () => resolve(undefined));
    socket.resume();
  });
}

/** What an inner tool says of itself is no setting of PostgreSQL. */
function withoutToolOptions(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...parameters].filter(([, value]) => !value.includes('xc_maintenance_mode')));
}

/** What openGauss does not report, and the version that it reports. */
const UNKNOWN_PARAMETERS = new Set(['in_hot_standby', 'default_transaction_read_only']);

function asOpenGauss(whole: Buffer): Buffer {
  const type = String.fromCharCode(whole[0] ?? 0);
  const [name = ''] = whole.toString('utf8', 5, whole.length - 1).split('\0');
  if (type === 'S' && name === 'server_version') {
    return Buffer.concat([
      parameterStatus('server_version', '9.2.4'),
      parameterStatus('is_sysadmin', 'on'),
    ]);
  }
  if (type === 'S' && UNKNOWN_PARAMETERS.has(name)) return Buffer.alloc(0);
  if (type === 'E') {
    return message('E', Buffer.from('c0\0', 'latin1'), whole.subarray(5));
  }
  return whole;
}
