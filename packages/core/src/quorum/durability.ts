import type { NodeId, SynchronousRule } from '@mha4rdb/kernel';
import type { ClusterState, DurabilitySettings } from '../cluster/state.js';
import { countedStandbys } from '../cluster/state.js';
import { ruleOf } from './rule.js';

/**
 * How many standbys shall hold a commit before it is acknowledged, when all are well. `standbys`: how
 * many may be counted besides the primary (`countedStandbys`).
 */
export function wantedAcks(settings: DurabilitySettings, standbys: number): number {
  switch (settings.mode) {
    case 'async':
      return 0;
    case 'all':
      return standbys;
    case 'majority':
      return Math.floor((standbys + 1) / 2);
  }
}

type Facts = Pick<ClusterState, 'members' | 'settings'>;
type Serving = Facts & Pick<ClusterState, 'primary'>;

/** How many of them a commit shall wait for while this member is primary. */
export function wantedUnder(state: Facts, primary: NodeId | null): number {
  return wantedAcks(state.settings.durability, countedStandbys(state, primary).length);
}

/**
 * The rule to work towards while these standbys are alive (streaming, or silent for less than
 * `degradeAfter`). With too few: fewer acknowledgements if `degrade` allows it, otherwise as many as
 * before, so that commits wait rather than be worth less.
 */
export function wantedRule(
  state: Serving,
  recorded: SynchronousRule,
  alive: readonly NodeId[],
): SynchronousRule {
  const wanted = wantedUnder(state, state.primary);
  const reachable = Math.min(wanted, alive.length);
  if (reachable === wanted || state.settings.durability.degrade || recorded.acks <= reachable) {
    return ruleOf(alive, reachable);
  }
  return ruleOf([...new Set([...recorded.standbys, ...alive])], recorded.acks);
}

/** The target of the appointment of `primary`: what it can reach at once. */
export function targetRule(
  state: Facts,
  primary: NodeId,
  reachable: readonly NodeId[],
): SynchronousRule {
  const wanted = wantedUnder(state, primary);
  return ruleOf(reachable, Math.min(wanted, reachable.length));
}

/**
 * May clients in under this rule? A target is taken as small as what is reachable, so that standbys
 * can rejoin a confirmed primary; without `degrade` the port stays closed until the rule is whole.
 */
export function mayOpenUnder(state: Serving, rule: SynchronousRule): boolean {
  return state.settings.durability.degrade || rule.acks >= wantedUnder(state, state.primary);
}
