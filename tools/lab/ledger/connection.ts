import postgres from 'postgres';
import { monotonicMs } from '../monotonic.js';
import type { LaneConfig, WriterConfig } from './record.js';

type Sql = ReturnType<typeof postgres>;

/** Codes of errors that come before any commit, so that the write certainly does not stand. */
const NOT_COMMITTED = new Set([
  '25006', // read-only transaction: a standby, or a primary that became one
  '57P03', // cannot connect now: starting up or shutting down
  '42P01', // no such table
  '53300', // too many connections
]);

/** Thrown when a statement's deadline passes on the client. */
export class DeadlinePassed extends Error {
  readonly code = 'CLIENT_DEADLINE';
}

/** One connection of a lane. After any unsettled end it is thrown away and never used again. */
export class Connection {
  private constructor(
    private readonly sql: Sql,
    private readonly statementMs: number,
  ) {}

  /** Opens a connection (TCP, authentication, one question), within the lane's deadline. */
  static async open(lane: LaneConfig, writer: WriterConfig): Promise<Connection> {
    const sql = postgres({
      host: lane.address,
      port: lane.port,
      user: writer.user,
      password: writer.password,
      database: writer.database,
      max: 1,
      connect_timeout: lane.connectMs / 1000,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => undefined,
      connection: { application_name: `lab-${lane.name}` },
    });
    const connection = new Connection(sql, lane.connectMs);
    try {
      await connection.ask('SELECT 1');
    } catch (error) {
      connection.drop();
      throw error;
    }
    return new Connection(sql, lane.statementMs);
  }

  /** Sends one statement and waits for its rows at most as long as the lane is patient. */
  async ask(statement: string): Promise<Record<string, unknown>[]> {
    const query = this.sql.unsafe(statement);
    // The loser of the race below is settled later or never; nobody may trip over it.
    query.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DeadlinePassed(`no answer within ${this.statementMs} ms`)),
        this.statementMs,
      );
    });
    try {
      return [...(await Promise.race([query, deadline]))];
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes without saying goodbye to a server that may be gone. */
  drop(): void {
    this.sql.end({ timeout: 0 }).catch(() => undefined);
  }
}

/** Short name of what went wrong, for the ledger. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/** Whether an error proves that the statement did not commit. */
export function provesNotCommitted(error: unknown): boolean {
  return NOT_COMMITTED.has(errorCode(error));
}

/**
 * Opens a connection by starting an attempt every `retryMs`, each with its own deadline, until one
 * succeeds: a client that sits out one long SYN timeout would measure its own back-off instead of
 * the service. `onFailure` hears of each attempt that ended in vain.
 */
export async function openEventually(
  lane: LaneConfig,
  writer: WriterConfig,
  stopped: () => boolean,
  onFailure: (sentAt: number, error: unknown) => void,
): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    let settled = false;
    let outstanding = 0;
    const most = Math.ceil(lane.connectMs / lane.retryMs);
    const settle = (connection: Connection | undefined): void => {
      settled = true;
      clearInterval(timer);
      resolve(connection);
    };
    const attempt = (): void => {
      if (settled) return;
      if (stopped()) return settle(undefined);
      if (outstanding >= most) return;
      outstanding++;
      const sentAt = monotonicMs();
      Connection.open(lane, writer).then(
        (connection) => {
          outstanding--;
          if (settled) connection.drop();
          else settle(connection);
        },
        (error: unknown) => {
          outstanding--;
          if (!settled) onFailure(sentAt, error);
        },
      );
    };
    const timer = setInterval(attempt, lane.retryMs);
    attempt();
  });
}
