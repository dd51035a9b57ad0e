import { startNode, TIMING_PRESETS, type Decision, type NodeEffect } from '@mha4rdb/core';
import { incarnationOf, nodeIdOf } from '@mha4rdb/kernel';
import { systemClock } from '../clock/monotonic-clock.js';
import { NodeLoop, type NodeLoopOptions } from '../loop/node-loop.js';

export type Persist = NodeLoopOptions['directory']['raft']['persist'];

const loops: NodeLoop[] = [];

/** Call it after each test. */
export function stopLoops(): void {
  for (const loop of loops.splice(0)) loop.stop();
}

/** One arbiter of three on a disk that does what the test says. */
export function arbiterLoop(
  persist: Persist,
  slept: () => number = () => 0,
): {
  readonly loop: NodeLoop;
  readonly fatal: readonly unknown[];
  readonly sent: readonly NodeEffect[];
  readonly decisions: readonly Decision[];
} {
  const now = systemClock.now();
  const fatal: unknown[] = [];
  const sent: NodeEffect[] = [];
  const decisions: Decision[] = [];
  const started = startNode(
    {
      me: nodeIdOf('n3'),
      role: 'arbiter',
      timing: TIMING_PRESETS.fast,
      founding: {
        name: 'hci-a',
        grantMs: TIMING_PRESETS.fast.grant,
        settings: { durability: { mode: 'majority', degrade: true } },
        members: ['n1', 'n2', 'n3'].map((id) => ({
          id: nodeIdOf(id),
          role: id === 'n3' ? ('arbiter' as const) : ('data' as const),
          address: `${id}:7400`,
          priority: 0,
          ...(id === 'n3' ? {} : { database: `${id}:5432` }),
        })),
      },
      incarnation: incarnationOf(1),
      entry: { kind: 'found' },
      nonce: 'nonce',
      seed: 1,
    },
    { raft: null, member: null },
    now,
    0,
  );
  const loop = new NodeLoop({
    started,
    directory: {
      raft: { persist } as NodeLoopOptions['directory']['raft'],
      writeMemberRecord: () => Promise.resolve(),
    },
    clock: systemClock,
    slept,
    tickMs: 25,
    send: (to, message) => sent.push({ type: 'send', to, message }),
    edge: null,
    onDecision: (decision) => decisions.push(decision),
    onFatal: (error) => fatal.push(error),
  });
  loops.push(loop);
  return { loop, fatal, sent, decisions };
}
