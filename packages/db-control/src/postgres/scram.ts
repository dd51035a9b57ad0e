import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const ITERATIONS = 4096;
const VERIFIER = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/;
const derive = promisify(pbkdf2);

/**
 * What PostgreSQL keeps of a password (RFC 5803). Sent instead of the password, so that no statement,
 * no server log and no `pg_stat_activity` ever shows one.
 */
export async function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(16),
  iterations: number = ITERATIONS,
): Promise<string> {
  const salted = await derive(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/** Whether a stored verifier is of this password. */
export async function matchesVerifier(stored: string, password: string): Promise<boolean> {
  const [, iterations, salt] = VERIFIER.exec(stored) ?? [];
  if (iterations === undefined || salt === undefined) return false;
  return (
    stored === (await scramVerifier(password, Buffer.from(salt, 'base64'), Number(iterations)))
  );
}
