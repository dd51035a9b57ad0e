import type { Decision, HostFacts } from '@mha4rdb/core';
import type { DatabaseEngine } from '@mha4rdb/db-control';
import { openHostGuard, type HostGuard } from '@mha4rdb/host-linux';
import { err, ok, type Result } from '@mha4rdb/kernel';
import {
  runNode,
  systemClock,
  type AgentConfig,
  type EdgeContext,
  type NodeEdge,
  type RunningNode,
  type Serving,
} from '@mha4rdb/node-runtime';
import { mkdirSync } from 'node:fs';
import { drivenVipsOf } from './driven-vips.js';
import { openEngine } from './engine.js';
import { Executor } from './executor.js';
import { enforcedFor, examineHost } from './examine-host.js';
import { guardConfigOf } from './guard-config.js';
import { HostFence } from './host-fence.js';
import {
  configuredAddresses,
  replicatedAddresses,
  type MemberAddresses,
} from './member-addresses.js';
import { MemberFollower } from './member-follower.js';
import { logToKeep } from './log-to-keep.js';
import { Observer } from './observer.js';
import { watchdogOf } from './watchdog.js';
import type { WatchdogKeeper } from './watchdog-keeper.js';
import { hostRoleOf, RoleHook } from './role-hook.js';
import { transitionHooks, type TransitionHooks } from './transition-hooks.js';
import { SlotKeeper } from './slot-keeper.js';

export interface AgentHooks {
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly onDecision: (decision: Decision) => void;
  readonly onFatal: (error: unknown) => void;
  readonly onServing: (serving: Serving) => void;
}

export interface RunningAgent {
  readonly node: RunningNode;
  /** Ends the agent; the database and the kernel's leases stay as they are. */
  close(): Promise<void>;
}

/**
 * Starts the agent beside its database. Order matters: first the host is swept of what a former life
 * left (unless a database runs here, whose primary this life may adopt), then the first look, then
 * the node.
 */
export async function runAgent(
  config: AgentConfig,
  hooks: AgentHooks,
): Promise<Result<RunningAgent>> {
  // Until the node stands, what the configuration says.
  let addresses = (): MemberAddresses => configuredAddresses(config);
  const engine = openEngine(
    config,
    () => addresses(),
    (message) => hooks.log('database', { message }),
  );
  if (!engine.ok) return engine;
  // The guard's record comes first of all; the node checks whose directory it is when it opens it.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const guard = openHostGuard({
    ...guardConfigOf(config),
    now: systemClock.now,
    onNews: ({ kind, ...fields }) => hooks.log(kind, fields),
  });
  if (!guard.ok) return guard;
  const first = await engine.value.observe();
  const swept = sweep(guard.value, first.process === 'running', hooks);
  if (!swept.ok) return swept;
  // Only after the sweep: what a former life left is not to be put back.
  const watched = guard.value.watch();
  if (!watched.ok) return watched;
  let stopEdge = (): void => undefined;
  let enforced = (): HostFacts['enforced'] => null;
  const node = await runNode({
    config,
    role: 'data',
    edge: (context) => {
      addresses = replicatedAddresses(() => context.state().cluster, config);
      enforced = () => enforcedFor(config.node, context.state());
      const watchdog = watchdogOf(config, context, hooks.log);
      const transitions = transitionHooks(config, hooks.log);
      const parts = {
        config,
        engine: engine.value,
        guard: guard.value,
        addresses,
        watchdog,
        transitions,
      };
      const edge = createEdge(parts, context, hooks);
      stopEdge = edge.stop;
      return edge;
    },
    onDecision: hooks.onDecision,
    onFatal: hooks.onFatal,
    onServing: hooks.onServing,
    examineHost: (timing) =>
      examineHost(config, { engine: engine.value, enforced: enforced() }, timing),
  });
  if (!node.ok) {
    guard.value.close();
    return node;
  }
  return ok({
    node: node.value,
    close: async () => {
      stopEdge();
      await node.value.close();
      guard.value.close();
    },
  });
}

function sweep(guard: HostGuard, keep: boolean, { log }: AgentHooks): Result<void> {
  const swept = guard.sweep({ keep });
  if (!swept.ok) return swept;
  const { removed, problems } = swept.value;
  if (removed.length > 0 || problems.length > 0) {
    log('swept', { removed, problems: problems.map(({ message }) => message) });
  }
  const refusing = problems.find(({ code }) => code === 'no-permission');
  return refusing === undefined
    ? ok(undefined)
    : err(refusing.code, refusing.message, refusing.remedy);
}

interface EdgeParts {
  readonly config: AgentConfig;
  readonly engine: DatabaseEngine;
  readonly guard: HostGuard;
  readonly addresses: () => MemberAddresses;
  readonly watchdog: WatchdogKeeper | null;
  readonly transitions: TransitionHooks;
}

function createEdge(
  { config, engine, guard, addresses, watchdog, transitions }: EdgeParts,
  context: EdgeContext,
  hooks: AgentHooks,
): NodeEdge & { readonly stop: () => void } {
  const { clock, heartbeatMs, post } = context;
  const observer = new Observer(engine, clock, heartbeatMs, post);
  const roles = new RoleHook({
    role: () => hostRoleOf(context.state()),
    run: (role, before) => transitions.roleChange(role, before, context.state().cluster.epoch),
    now: clock.now,
    onEnded: () => undefined,
  });
  const executor = new Executor({
    engine,
    clock,
    post,
    freshLook: () => observer.freshLook(),
    addressOf: (id) => addresses().databases.find(({ node }) => node === id),
    systemId: () => context.state().cluster.systemId,
    hooks: transitions,
    onProgress: (action, detail) => hooks.log('progress', { action, ...detail }),
  });
  const onProblem = (message: string, remedy: string): void =>
    hooks.log('host-problem', { message, remedy });
  const driven = drivenVipsOf(config, context, {
    changed: () => fence.refresh(),
    problem: (message) => hooks.log('vip-driver-failed', { message }),
  });
  const fence: HostFence = new HostFence(guard, clock, post, onProblem, watchdog, driven);
  const follower = new MemberFollower({ engine, guard, wanted: addresses, onProblem });
  const slots = new SlotKeeper({
    engine,
    onProblem,
    wanted: () => logToKeep(context.state(), clock.now(), addresses()),
  });
  let stopFollowing = (): void => undefined;
  // After the node is assembled: the first events need its loop.
  setImmediate(() => {
    fence.enforce({ kind: 'inherit' });
    observer.start();
    stopFollowing = context.onChanged(() => follower.follow());
    follower.follow();
    slots.start();
    if (transitions.tellsRoles) roles.start();
  });
  return {
    stop: () => {
      observer.stop();
      stopFollowing();
      follower.stop();
      fence.close();
      slots.stop();
      roles.stop();
    },
    startAction: (order) => executor.start(order),
    cancelAction: (id) => executor.cancel(id),
    fence: (wish) => fence.enforce(wish),
  };
}
