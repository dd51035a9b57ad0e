import { classifyRequest } from '../coordinator/operator.js';
import { hasCommittedInTerm, leadingNodeOf } from '../raft/queries.js';
import type { OperatorReply } from './effect.js';
import type { OperatorRequest } from './event.js';
import { append } from './propose.js';
import { situationOf } from './situation.js';
import type { Work } from './work.js';

/** An operator's request: taken up here if this node coordinates, else the reply says who does. */
export function onOperator(work: Work, request: OperatorRequest): void {
  work.effects.push({ type: 'reply', reply: answer(work, request) });
}

function answer(work: Work, request: OperatorRequest): OperatorReply {
  const { id } = request;
  const situation = situationOf(work);
  if (situation === null || !hasCommittedInTerm(work.node.raft)) {
    const leader = leadingNodeOf(work.node.raft);
    const elsewhere = leader === work.node.options.me ? null : leader;
    return { id, kind: 'elsewhere', coordinator: elsewhere };
  }
  // Asked twice (the answer was lost): the first one stands.
  const known = situation.state.events.some((event) => event.id === id);
  if (known) return { id, kind: 'accepted' };
  const verdict = classifyRequest(situation, request);
  switch (verdict.kind) {
    case 'done':
      return { id, kind: 'done', detail: verdict.detail };
    case 'refused':
      return { id, ...verdict };
    case 'propose':
      if (append(work, verdict.command)) return { id, kind: 'accepted' };
      return {
        id,
        kind: 'refused',
        code: 'busy',
        reason: 'the coordinator cannot commit now',
        remedy: 'try again',
      };
  }
}
