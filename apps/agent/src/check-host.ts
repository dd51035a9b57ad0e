import { checkPostgresHost } from '@mha4rdb/db-control';
import { preflight } from '@mha4rdb/host-linux';
import { type AgentConfig, type HostProblem } from '@mha4rdb/node-runtime';
import { postgresConfigOf } from './engine.js';
import { guardConfigOf } from './guard-config.js';

/** `--check`: everything on this host that would keep the agent from working. Changes nothing. */
export async function checkHost(config: AgentConfig): Promise<readonly HostProblem[]> {
  return [...(await checkDatabase(config)), ...preflight(guardConfigOf(config)).map(problem)];
}

async function checkDatabase(config: AgentConfig): Promise<readonly HostProblem[]> {
  const resolved = postgresConfigOf(config, () => undefined);
  if (!resolved.ok) return [problem(resolved.error)];
  return (await checkPostgresHost(resolved.value)).map(problem);
}

function problem({ message, remedy }: { message: string; remedy?: string }): HostProblem {
  return { message, remedy: remedy ?? 'see docs/deployment_guide.md' };
}
