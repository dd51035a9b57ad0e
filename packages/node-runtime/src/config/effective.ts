import type { ConfigKey } from './key.js';

/** One value as it rules, and who said so. */
export interface EffectiveValue {
  readonly path: string;
  /** As YAML; secrets are masked; `undefined` when nothing is set. */
  readonly text: string | undefined;
  /** `agent.yaml:3:1`, `environment MHA_NODE`, `flag --node`, `default`. */
  readonly origin: string;
}

/** A password may hide in a server parameter (`primary_conninfo`, `ssl_passphrase_command`). */
const SECRET = /pass(word|phrase|wd)?|secret|conninfo|token|credential/i;
const MASK = '********';

export function effectiveText(key: ConfigKey<unknown>, raw: unknown): string | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (key.path !== 'database.parameters') return oneLine(raw);
  const reading = key.read(raw);
  const parameters = reading.ok ? (reading.value as Readonly<Record<string, string>>) : {};
  const masked = Object.entries(parameters).map(([name, value]) => [
    name,
    SECRET.test(name) ? MASK : value,
  ]);
  return JSON.stringify(Object.fromEntries(masked));
}

function oneLine(raw: unknown): string {
  const plain = typeof raw === 'string' && /^[\w./:[\]{}, "@+-]+$/.test(raw);
  return plain ? raw : JSON.stringify(raw);
}

/** What `--print-config` prints: every key, its value, and where it came from. */
export function printConfig(values: readonly EffectiveValue[]): string {
  const lines = values.map(({ path, text, origin }) => ({
    left: text === undefined ? `# ${path}:` : `${path}: ${text}`,
    origin: text === undefined ? 'not set' : origin,
  }));
  const width = Math.min(60, Math.max(...lines.map(({ left }) => left.length)));
  return lines.map(({ left, origin }) => `${left.padEnd(width)}  # ${origin}`).join('\n');
}
