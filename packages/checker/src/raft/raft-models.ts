import type { CheckedModel } from '../run/checked-model.js';
import { RAFT_BREAKS } from './breaks.js';
import type { Budget } from './layout.js';
import { DIVERGED, FIGURE_8, LED } from './presets.js';
import { RaftModel, type RaftBounds } from './raft-model.js';
import type { Script } from '../exploration/script.js';

const NONE: Readonly<Record<Budget, number>> = {
  timeouts: 0,
  heartbeats: 0,
  proposals: 0,
  crashes: 0,
  losses: 0,
  copies: 0,
};

interface Preset {
  readonly name: string;
  readonly about: string;
  readonly script: Script;
  readonly bounds: Omit<RaftBounds, 'budgets'> & {
    readonly budgets: Partial<RaftBounds['budgets']>;
  };
  readonly share: CheckedModel['share'];
}

const PRESETS: readonly Preset[] = [
  {
    name: 'raft-vote',
    about: 'two campaigns from the first start; a crash at any write',
    script: [],
    bounds: { terms: 2, channel: 5, disks: 'quick', budgets: { timeouts: 2, crashes: 1 } },
    share: { test: 200_000, full: 200_000 },
  },
  {
    name: 'raft-slow-disks',
    about: 'one campaign and one proposal; writes end when they like, a crash leaves part of one',
    script: [],
    bounds: {
      terms: 2,
      channel: 4,
      disks: 'slow',
      budgets: { timeouts: 1, crashes: 1, proposals: 1 },
    },
    share: { test: 250_000, full: 1_200_000 },
  },
  {
    name: 'raft-replicate',
    about: 'a leader with a proposal, a campaign against it, a crash, a copied message',
    script: LED,
    bounds: {
      terms: 3,
      channel: 5,
      disks: 'quick',
      budgets: { timeouts: 1, proposals: 1, crashes: 1, copies: 1 },
    },
    share: { test: 250_000, full: 2_500_000 },
  },
  {
    name: 'raft-figure-8',
    about: 'two logs that differ at their end (figure 8 of the paper), two more terms, a crash',
    script: FIGURE_8,
    bounds: { terms: 5, channel: 5, disks: 'quick', budgets: { timeouts: 2, crashes: 1 } },
    share: { test: 250_000, full: 1_000_000 },
  },
  {
    name: 'raft-repair',
    about: 'a new leader repairs two logs that differ; a heartbeat, a crash, a copied message',
    script: DIVERGED,
    bounds: {
      terms: 5,
      channel: 6,
      disks: 'quick',
      budgets: { heartbeats: 1, timeouts: 1, crashes: 1, copies: 1 },
    },
    share: { test: 250_000, full: 2_500_000 },
  },
];

export const RAFT_MODELS: readonly CheckedModel[] = PRESETS.map(
  ({ name, about, script, bounds, share }) => ({
    name,
    share,
    breaks: Object.keys(RAFT_BREAKS),
    build: (leftOut) =>
      new RaftModel(
        name,
        about,
        { ...bounds, budgets: { ...NONE, ...bounds.budgets } },
        leftOut === null ? undefined : RAFT_BREAKS[leftOut],
        script,
      ),
  }),
);
