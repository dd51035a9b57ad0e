import { checkPostgresHost } from '@mha4rdb/db-control';
import { openHostGuard } from '@mha4rdb/host-linux';
import { systemClock, type AgentConfig, type HostProblem } from '@mha4rdb/node-runtime';
import { postgresConfigOf } from './engine.js';
import { guardConfigOf } from './guard-config.js';

/** `--check`: everything on this host that would keep the agent from working. Changes nothing. */
export async function checkHost(config: AgentConfig): Promise<readonly HostProblem[]> {
  return [...(await checkDatabase(config)), ...checkHostGuard(config)];
}

async function checkDatabase(config: AgentConfig): Promise<readonly HostProblem[]> {
  const resolved = postgresConfigOf(config, () => undefined);
  if (!resolved.ok) return [problem(resolved.error)];
  return (await checkPostgresHost(resolved.value)).map(problem);
}

function checkHostGuard(config: AgentConfig): readonly HostProblem[] {
  const guard = openHostGuard(guardConfigOf(config, systemClock.now));
  if (!guard.ok) return [problem(guard.error)];
  const seen = guard.value.observe();
  guard.value.close();
  return seen.ok ? [] : [problem(seen.error)];
}

function problem({ message, remedy }: { message: string; remedy?: string }): HostProblem {
  return { message, remedy: remedy ?? 'see docs/deployment_guide.md' };
}
