import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ConnectOptions } from '@mha4rdb/client';
import { UsageError } from '../exit-code.js';
import { defaultConfigFile, readContext } from './config-file.js';
import { parseTimeout } from './duration.js';

export const FORMATS = ['table', 'wide', 'json', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

export interface GlobalOptions {
  readonly endpoint?: readonly string[];
  readonly context?: string;
  readonly config?: string;
  readonly output: Format;
  /** Milliseconds. */
  readonly timeout: number;
  readonly insecure?: boolean;
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly yes?: boolean;
}

const TIMEOUT_MS = 30_000;

export function addGlobalOptions(program: Command): Command {
  return program
    .option('--endpoint <host:port>', 'a member to ask; repeat for more', collect)
    .option('--context <name>', 'the cluster to use from the configuration file')
    .option('--config <file>', 'configuration file (default: ~/.config/mhactl/config.yaml)')
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(FORMATS).default('table'),
    )
    .addOption(
      new Option('--timeout <time>', 'for the whole command, waiting included')
        .argParser(parseTimeout)
        .default(TIMEOUT_MS, '30s'),
    )
    .option('--insecure', 'speak http; only for loopback and private networks')
    .option('--ca <file>', 'authorities to trust instead of the system’s')
    .option('--token-file <file>', 'file that holds an operator’s or viewer’s token')
    .option('-y, --yes', 'do not ask before acting');
}

/** Flags rule over the environment, which rules over the configuration file. */
export function connectOptions(
  { endpoint, ...options }: GlobalOptions,
  env: NodeJS.ProcessEnv,
): ConnectOptions {
  const context = readContext(options.config ?? defaultConfigFile(env), options.context);
  const fromEnv = env['MHACTL_ENDPOINTS']?.split(/[\s,]+/).filter((text) => text !== '');
  const endpoints =
    endpoint ?? (options.context === undefined ? fromEnv : undefined) ?? context?.endpoints ?? [];
  if (endpoints.length === 0) {
    throw new UsageError(
      'no member to ask: give --endpoint HOST:PORT, set MHACTL_ENDPOINTS, or write a ' +
        'configuration file with "mhactl init"',
    );
  }
  const ca = options.ca ?? context?.ca;
  const tokenFile = options.tokenFile ?? context?.tokenFile;
  return {
    endpoints,
    insecure: options.insecure ?? context?.insecure ?? false,
    token: tokenFile === undefined ? undefined : read(tokenFile, 'token').trim(),
    tls: {
      ...(ca === undefined ? {} : { ca: read(ca, 'authorities') }),
      ...(context?.cert === undefined ? {} : { cert: read(context.cert, 'certificate') }),
      ...(context?.key === undefined ? {} : { key: read(context.key, 'key') }),
    },
    timeoutMs: options.timeout,
  };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  if (value.trim() === '') throw new InvalidArgumentError('Write it like 10.77.0.11:7400.');
  return [...before, ...value.split(',')];
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the ${what}: ${(error as Error).message}`);
  }
}
