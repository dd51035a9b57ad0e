import {
  askingAnswer,
  foundingAnswerOf,
  foundingDecision,
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
    decide();
  };
  const decide = (): void => {
    const wall = host.clock.wall(world.schedule.now);
    const founding = world.foundingFor(host);
    const decision = foundingDecision({ me, founding, answers, joined: false, wall });
    if (decision.kind === 'refused') {
      world.coverage.count(`a node without a Raft log waits: ${decision.code}`);
    }
    if (decision.kind === 'wait' || decision.kind === 'refused') return;
    decided = true;
    if (decision.kind === 'start') return enter(decision.entry);
    world.coverage.count('a removed member without its directory was told so');
    host.lease.enforce({ kind: 'closed' }, world.schedule.now);
  };
  const ask = (): void => {
    if (!goesOn()) return;
    for (const other of world.configuredBeside(host)) {
      world.network.send(me, other, () => {
        const answer = answerOf(world, world.host(other), me);
        if (answer === null) return;
        world.network.send(other, me, () => onAnswer(other, answer));
      });
    }
    // With nobody to ask, all have answered.
    if (isAwake(host)) decide();
    if (goesOn()) world.schedule.after(ASK_AGAIN_MS, ask);
  };
  ask();
}

/** Null: nobody is there to answer. */
function answerOf(world: World, host: Host, asker: NodeId): FoundingAnswer | null {
  const { agent, asleep, powered } = host;
  if (asleep || !powered || agent.frozen) return null;
  if (agent.state !== null) return foundingAnswerOf(agent.state, asker);
  return agent.isEntering ? askingAnswer(world.foundingFor(host)) : null;
}
