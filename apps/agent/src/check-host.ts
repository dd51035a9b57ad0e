import { checkOpenGaussHost, checkPostgresHost } from '@mha4rdb/db-control';
import { isDialectName, type DialectName } from '@mha4rdb/db-probe';
import { checkWatchdog, preflight } from '@mha4rdb/host-linux';
import { type AgentConfig, type HostProblem } from '@mha4rdb/node-runtime';
import { inspectable, missingOnHost } from './engine.js';
import { guardConfigOf } from './guard-config.js';
import { openGaussConfigOf, openGaussProblems } from './opengauss-engine.js';

/** `--check`: everything on this host that would keep the agent from working. Changes nothing. */
export async function checkHost(config: AgentConfig): Promise<readonly HostProblem[]> {
  return [
    ...(await checkDatabase(config)),
    ...preflight(guardConfigOf(config)).map(problem),
    ...checkDevice(config),
  ];
}

function checkDevice({ watchdog }: AgentConfig): readonly HostProblem[] {
  if (watchdog.mode === 'off') return [];
  const usable = checkWatchdog(watchdog.device);
  return usable.ok ? [] : [problem(usable.error)];
}

async function checkDatabase(config: AgentConfig): Promise<readonly HostProblem[]> {
  const { engine } = config.database;
  if (isDialectName(engine)) return checkOpenGauss(config, engine);
  const missing = missingOnHost(config);
  const postgres = inspectable(config);
  const found = postgres === undefined ? [] : await checkPostgresHost(postgres);
  const telling = missing.length === 0 ? found : found.filter(isAboutElse);
  return [...missing, ...telling].map(problem);
}

async function checkOpenGauss(
  config: AgentConfig,
  dialect: DialectName,
): Promise<readonly HostProblem[]> {
  const resolved = openGaussConfigOf(config, dialect, () => undefined);
  const found = resolved.ok ? await checkOpenGaussHost(resolved.value) : [resolved.error];
  return [...openGaussProblems(config), ...found].map(problem);
}

/** A password that is missing is named already; that the database refuses it says nothing more. */
function isAboutElse({ code }: { readonly code: string }): boolean {
  return code !== 'wrong-password';
}

function problem({ message, remedy }: { message: string; remedy?: string }): HostProblem {
  return { message, remedy: remedy ?? 'see docs/deployment_guide.md' };
}
