import { err, ok, type Epoch, type Result } from '@mha4rdb/kernel';
import type { AgentConfig } from '@mha4rdb/node-runtime';
import { runHook } from './run-hook.js';
import type { HostRole } from './role-hook.js';

type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void;
type Environment = Readonly<Record<string, string>>;

interface Call {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly told: Environment;
}

/** The operator's programs around a change of the primary, each with its deadline. */
export interface TransitionHooks {
  /** Before the promotion; a failure refuses it. */
  prePromote(epoch: Epoch, signal?: AbortSignal): Promise<Result<void>>;
  /** Before a planned hand-over stops the server; a failure is logged and holds nothing up. */
  preStop(epoch: Epoch, signal?: AbortSignal): Promise<void>;
  /** Somebody is to be told about roles. */
  readonly tellsRoles: boolean;
  /** After the role of this host changed. */
  roleChange(role: HostRole, before: HostRole | null, epoch: number): Promise<Result<void>>;
}

/** What is not configured agrees at once. */
export function transitionHooks(
  { cluster, node, hooks, database }: AgentConfig,
  log: Log,
): TransitionHooks {
  const run = async (
    hook: string,
    command: readonly string[],
    { deadlineMs, signal, told }: Call,
  ): Promise<Result<void>> => {
    if (command.length === 0) return ok(undefined);
    const environment: Environment = {
      MHA_HOOK: hook,
      MHA_CLUSTER: cluster,
      MHA_NODE: node,
      MHA_DATABASE_PORT: String(database.port),
      MHA_DATABASE_DIR: database.dataDir,
      ...told,
    };
    const ended = await runHook({ command, environment, deadlineMs, ...(signal && { signal }) });
    log('hook', { hook, ok: ended.ok, ...(!ended.ok && { reason: ended.error.message }) });
    return ended.ok ? ended : err(ended.error.code, ended.error.message);
  };
  const deadlineMs = hooks.timeout;
  return {
    prePromote: (epoch, signal) =>
      run('prePromote', hooks.prePromote, {
        deadlineMs,
        signal,
        told: { MHA_EPOCH: String(epoch) },
      }),
    preStop: async (epoch, signal) => {
      await run('preStop', hooks.preStop, {
        deadlineMs,
        signal,
        told: { MHA_EPOCH: String(epoch) },
      });
    },
    tellsRoles: hooks.onRoleChange.length > 0,
    roleChange: (role, before, epoch) =>
      run('onRoleChange', hooks.onRoleChange, {
        deadlineMs: hooks.roleChangeTimeout,
        told: {
          MHA_ROLE: role,
          MHA_ROLE_BEFORE: before ?? '',
          MHA_EPOCH: String(epoch),
        },
      }),
  };
}
