import type { NodeId, SynchronousRule } from '@mha4rdb/kernel';
import type { ClusterState, DurabilitySettings } from '../cluster/state.js';
import { countedMembers } from '../cluster/state.js';
import { ruleOf } from './rule.js';

/** How many standbys shall hold a commit before it is acknowledged, when all are well. */
export function wantedAcks(settings: DurabilitySettings, dataCount: number): number {
  switch (settings.mode) {
    case 'async':
      return 0;
    case 'all':
      return dataCount - 1;
    case 'majority':
      return Math.floor(dataCount / 2);
  }
}

type Facts = Pick<ClusterState, 'members' | 'settings'>;

/**
 * The rule to work towards while these standbys are alive (streaming, or silent for less than
 * `degradeAfter`). With too few: fewer acknowledgements if `degrade` allows it, otherwise as many as
 * before, so that commits wait rather than be worth less.
 */
export function wantedRule(
  state: Facts,
  recorded: SynchronousRule,
  alive: readonly NodeId[],
): SynchronousRule {
  const wanted = wantedAcks(state.settings.durability, countedMembers(state).length);
  const reachable = Math.min(wanted, alive.length);
  if (reachable === wanted || state.settings.durability.degrade || recorded.acks <= reachable) {
    return ruleOf(alive, reachable);
  }
  return ruleOf([...new Set([...recorded.standbys, ...alive])], recorded.acks);
}

/** The target of an appointment: what the candidate can reach at once. */
export function targetRule(state: Facts, reachable: readonly NodeId[]): SynchronousRule {
  const wanted = wantedAcks(state.settings.durability, countedMembers(state).length);
  return ruleOf(reachable, Math.min(wanted, reachable.length));
}

/**
 * May clients in under this rule? A target is taken as small as what is reachable, so that standbys
 * can rejoin a confirmed primary; without `degrade` the port stays closed until the rule is whole.
 */
export function mayOpenUnder(state: Facts, rule: SynchronousRule): boolean {
  const { durability } = state.settings;
  return durability.degrade || rule.acks >= wantedAcks(durability, countedMembers(state).length);
}
