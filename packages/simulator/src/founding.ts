import {
  foundingAnswerOf,
  foundingDecision,
  UNFORMED,
  type Entry,
  type FoundingAnswer,
} from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import { isAwake, type Host } from './host.js';
import type { World } from './world.js';

const ASK_AGAIN_MS = 300;

/**
 * The founding phase of an agent without a Raft directory (R8): asks everybody whom its configuration
 * names, again and again, until the answers decide whether it founds, joins, or was removed.
 *
 * @param isCurrent false as soon as that life of the agent is over.
 * @param enter how to begin. Not called if it was removed: then it begins nothing, its ports closed.
 */
export function findCluster(
  world: World,
  host: Host,
  isCurrent: () => boolean,
  enter: (entry: Entry) => void,
): void {
  const me = host.member.id;
  const answers: Record<NodeId, FoundingAnswer | undefined> = {};
  let decided = false;
  const goesOn = (): boolean => isCurrent() && !decided;
  const onAnswer = (from: NodeId, answer: FoundingAnswer): void => {
    if (!goesOn() || !isAwake(host)) return;
    answers[from] = answer;
    const wall = host.clock.wall(world.schedule.now);
    const decision = foundingDecision({ others: world.configuredBeside(host), answers, wall });
    if (decision.kind === 'wait') return;
    decided = true;
    if (decision.kind === 'start') return enter(decision.entry);
    world.coverage.count('a removed member without its directory was told so');
    host.lease.enforce({ kind: 'closed' }, world.schedule.now);
  };
  const ask = (): void => {
    if (!goesOn()) return;
    for (const other of world.configuredBeside(host)) {
      world.network.send(me, other, () => {
        const answer = answerOf(world.host(other), me);
        if (answer === null) return;
        world.network.send(other, me, () => onAnswer(other, answer));
      });
    }
    world.schedule.after(ASK_AGAIN_MS, ask);
  };
  ask();
}

/** Null: nobody is there to answer. */
function answerOf({ agent, asleep, powered }: Host, asker: NodeId): FoundingAnswer | null {
  if (asleep || !powered || agent.frozen) return null;
  if (agent.state !== null) return foundingAnswerOf(agent.state, asker);
  return agent.isEntering ? UNFORMED : null;
}
