import { randomBytes } from 'node:crypto';
import type { Member } from '../hosts/member.js';
import { LEDGER_DDL, LEDGER_TABLE } from '../ledger/record.js';
import type { StoredRow } from '../ledger/verdict.js';
import { runCommand } from '../run-command.js';

/** Who writes through the VIP. */
export interface Consumer {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A password that nobody has to remember. */
export function randomPassword(): string {
  return randomBytes(12).toString('hex');
}

/** Runs SQL as superuser on a member's own Unix socket, as the database's OS user. */
export function superuserSql(
  member: Member,
  binDir: string,
  password: string,
  database: string,
  sql: string,
): Promise<string> {
  const psql = [`${binDir}/psql`, '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1'];
  const target = ['-h', member.socketDir, '-U', 'postgres', '-d', database];
  return runCommand('runuser', ['-u', 'postgres', '--', ...psql, ...target], {
    env: { PGPASSWORD: password, PGCONNECT_TIMEOUT: '5' },
    input: sql,
    cwd: '/',
  });
}

/** SQL that makes the consumer and its database; runs once, on the first primary. */
export function consumerSql(consumer: Consumer): { cluster: string; database: string } {
  return {
    cluster: [
      `CREATE ROLE ${consumer.user} LOGIN PASSWORD '${consumer.password}';`,
      `CREATE DATABASE ${consumer.database} OWNER ${consumer.user};`,
    ].join('\n'),
    database: `${LEDGER_DDL};\nALTER TABLE ${LEDGER_TABLE} OWNER TO ${consumer.user};`,
  };
}

/** SQL that reads the rows of some lanes. */
export function storedRowsSql(prefix: string): string {
  return `SELECT lane, seq FROM ${LEDGER_TABLE} WHERE lane LIKE '${prefix}%'`;
}

/** Reads the answer to {@link storedRowsSql}. */
export function parseStoredRows(answer: string): StoredRow[] {
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [lane = '', seq = ''] = line.split('|');
      return { lane, seq: Number(seq) };
    });
}
