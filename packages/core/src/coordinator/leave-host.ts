import type { NodeId } from '@mha4rdb/kernel';
import type { DecisionOutcome, Situation } from './decide.js';
import { freshReport } from './decide.js';
import { bestStandby } from './operator.js';

/**
 * A primary whose host is no good place for its virtual address (its link is gone, somebody keeps
 * removing the address) hands over in order, if a host that is better can take over in order. Once an
 * epoch: a hand-over that was cancelled is left to people. Without a better host it stays: clients
 * that reach it by other ways are served.
 */
export function decideLeaveHost(situation: Situation): DecisionOutcome | null {
  const { state, view, wall } = situation;
  if (state.primary === null || state.paused || state.switchover !== null) return null;
  const reason = vipTroubleOf(situation, state.primary);
  if (reason === undefined) return null;
  const id = `v${state.epoch}`;
  if (state.events.some((event) => event.id === id)) return null;
  const to = bestStandby(situation, (standby) => vipTroubleOf(situation, standby) === undefined);
  if (to === null) return null;
  const { epoch } = state;
  return {
    command: { type: 'StartSwitchover', id, epoch, to, reason, at: wall },
    view,
    why: null,
  };
}

function vipTroubleOf(situation: Situation, id: NodeId): string | undefined {
  return freshReport(situation, id)?.vipTrouble;
}
