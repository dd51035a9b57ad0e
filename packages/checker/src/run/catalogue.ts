import { CLUSTER_MODELS } from '../cluster/cluster-models.js';
import { RAFT_MODELS } from '../raft/raft-models.js';
import type { CheckedModel } from './checked-model.js';

/** Every model, in the order in which a run begins them. */
export const CATALOGUE: readonly CheckedModel[] = [...RAFT_MODELS, ...CLUSTER_MODELS];

export function findModel(name: string): CheckedModel | undefined {
  return CATALOGUE.find((model) => model.name === name);
}
