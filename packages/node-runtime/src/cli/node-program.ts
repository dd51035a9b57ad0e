import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ConfigKind, ConfigOf } from '../config/config.js';
import { printConfig } from '../config/effective.js';
import { exampleConfig } from '../config/example.js';
import { configFlags, loadConfig } from '../config/load.js';
import { checkAccess } from './check-access.js';
import { checkDataDir } from './check-data-dir.js';
import { checkListen } from './check-listen.js';
import type { HostProblem } from './host-problem.js';
import { formatProblems } from '../config/problem.js';
import { foundingOf } from '../loop/founding.js';

export interface NodeProgram<Kind extends ConfigKind> {
  readonly kind: Kind;
  /** `mha-agent` or `mha-arbiter`. */
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  /** `--check`: everything on this host that would fail. */
  readonly check: (config: ConfigOf[Kind]) => Promise<readonly HostProblem[]>;
  /** Serves until it is told to end; resolves with the exit status. */
  readonly serve: (config: ConfigOf[Kind], reload: () => ConfigOf[Kind] | null) => Promise<number>;
}

/** The command line that agent and arbiter share. Resolves with the exit status. */
export async function runProgram<Kind extends ConfigKind>(
  program: NodeProgram<Kind>,
  args: readonly string[],
): Promise<number> {
  const parsed = parse(program, args);
  if (typeof parsed === 'string') return fail(`${program.name}: ${parsed}; see --help`, 2);
  const { values, positionals } = parsed;
  if (values['help'] === true) return say(help(program));
  if (values['version'] === true) return say(program.version);
  if (positionals[0] === 'init') return init(program, positionals[1]);
  if (positionals.length > 0) {
    return fail(`${program.name}: no such command: ${positionals[0] ?? ''}; see --help`, 2);
  }
  const file = values['config'];
  if (typeof file !== 'string') {
    return fail(`${program.name}: --config FILE is missing; "${program.name} init" writes one`, 2);
  }
  const flags: Record<string, string | undefined> = {};
  for (const { flag } of configFlags(program.kind)) {
    const value = values[flag];
    if (typeof value === 'string') flags[flag] = value;
  }
  const load = (): ReturnType<typeof loadConfig<Kind>> =>
    loadConfig({ kind: program.kind, file, env: process.env, flags });
  const loaded = load();
  if (!loaded.ok) return fail(formatProblems(loaded.problems), 1);
  const { config, effective, warnings } = loaded.value;
  if (values['print-config'] === true) return say(printConfig(effective));
  if (warnings.length > 0) process.stderr.write(`${formatProblems(warnings)}\n`);
  const founded = foundingOf(config);
  if (!founded.ok) {
    return fail(`${file}: timing: ${founded.error.message}; ${founded.error.remedy ?? ''}`, 1);
  }
  if (values['check'] === true) return check(program, config);
  return program.serve(config, () => {
    const again = load();
    if (again.ok) return again.value.config;
    process.stderr.write(`${formatProblems(again.problems)}\n`);
    return null;
  });
}

function parse(
  { kind }: { readonly kind: ConfigKind },
  args: readonly string[],
): { values: Record<string, string | boolean | undefined>; positionals: string[] } | string {
  const text = Object.fromEntries(
    configFlags(kind).map(({ flag }) => [flag, { type: 'string' as const }]),
  );
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...text,
        config: { type: 'string' },
        check: { type: 'boolean' },
        'print-config': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function check<Kind extends ConfigKind>(
  program: NodeProgram<Kind>,
  config: ConfigOf[Kind],
): Promise<number> {
  const problems = [
    ...(await program.check(config)),
    ...checkAccess(config),
    ...checkDataDir(config.dataDir),
    ...(await checkListen(config.listen)),
  ];
  if (problems.length === 0) return say('configuration and host: no problem found');
  return fail(problems.map(({ message, remedy }) => `${message}; ${remedy}`).join('\n'), 1);
}

/** Writes a commented configuration; never over a file that exists. */
function init(
  { kind, name }: { readonly kind: ConfigKind; readonly name: string },
  file?: string,
): number {
  const target = file ?? `${kind}.yaml`;
  if (existsSync(target)) return fail(`${name}: ${target} exists already; name another file`, 1);
  writeFileSync(target, exampleConfig(kind), { mode: 0o640 });
  return say(`wrote ${target}: edit it, then ${name} --config ${target} --check`);
}

function help(program: {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly summary: string;
}): string {
  const flags = configFlags(program.kind).map(({ flag, doc }) => `  --${flag.padEnd(32)} ${doc}`);
  return [
    `Usage: ${program.name} --config FILE [options]`,
    `       ${program.name} init [FILE]`,
    '',
    program.summary,
    '',
    'Options:',
    '  --config FILE                      the configuration (YAML)',
    '  --check                            validate the configuration and this host; exit 0 or 1',
    '  --print-config                     print each effective value and where it comes from',
    '  -V, --version',
    '  -h, --help',
    '',
    'Commands:',
    '  init [FILE]                        write a commented configuration',
    '',
    'Every key of the configuration can be overridden:',
    ...flags,
  ].join('\n');
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string, status: number): number {
  process.stderr.write(`${text}\n`);
  return status;
}
