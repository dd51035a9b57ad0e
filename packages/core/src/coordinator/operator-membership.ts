import { objectionToAddition } from '../cluster/apply-membership.js';
import { objectionToChange, withChanges } from '../cluster/change-member.js';
import { objectionToRemoval } from '../cluster/removal.js';
import { memberOf, removedOf } from '../cluster/state.js';
import type { OperatorRequest } from '../node/event.js';
import { majoritySize } from '../quorum/majority.js';
import type { Situation } from './decide.js';
import { freshReport } from './decide.js';
import type { OperatorVerdict } from './operator.js';

/** A new member: anything but what `AddMember` would refuse. */
export function classifyAddition(
  { state, wall }: Situation,
  { id, member }: Extract<OperatorRequest, { kind: 'addMember' }>,
): OperatorVerdict {
  const objection = objectionToAddition(state, member);
  if (objection !== null) return { kind: 'refused', ...objection };
  return { kind: 'propose', command: { type: 'AddMember', operation: id, member, at: wall } };
}

/** Also refused: what would leave no majority of voters within reach. */
export function classifyRemoval(
  situation: Situation,
  { id, member }: Extract<OperatorRequest, { kind: 'removeMember' }>,
): OperatorVerdict {
  const { state, wall, me } = situation;
  if (removedOf(state, member) !== undefined) {
    return { kind: 'done', detail: `${member} was removed already` };
  }
  const objection = objectionToRemoval(state, member);
  if (objection !== null) return { kind: 'refused', ...objection };
  const left = state.members.filter(
    (other) => other.id !== member && other.standing !== 'leaving' && other.life !== null,
  );
  const reachable = left.filter(
    (other) => other.id === me || freshReport(situation, other.id) !== null,
  );
  if (reachable.length < majoritySize(left.length)) {
    const silent = left.filter((other) => !reachable.includes(other)).map((other) => other.id);
    return {
      kind: 'refused',
      code: 'no-majority',
      reason: `without ${member} no majority would be within reach: ${silent.join(', ')} silent`,
      remedy: 'bring the silent members back, or remove one of those first',
    };
  }
  return {
    kind: 'propose',
    command: { type: 'RetireMember', operation: id, member, at: wall },
  };
}

/** Done already when it changes nothing. */
export function classifyChange(
  { state, wall }: Situation,
  { id, member, changes }: Extract<OperatorRequest, { kind: 'changeMember' }>,
): OperatorVerdict {
  const objection = objectionToChange(state, member, changes);
  if (objection !== null) return { kind: 'refused', ...objection };
  const before = memberOf(state, member);
  if (before !== undefined && withChanges(before, changes) === before) {
    return { kind: 'done', detail: `${member} is so already` };
  }
  return {
    kind: 'propose',
    command: { type: 'ChangeMember', operation: id, member, changes, at: wall },
  };
}
