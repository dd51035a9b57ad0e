import { explore } from '../exploration/explore.js';
import type { Vector } from '../exploration/model.js';
import { RAFT_BREAKS } from './breaks.js';
import { NODES } from './layout.js';
import { DIVERGED, LED } from './presets.js';
import { RAFT_MODELS } from './raft-models.js';
import { RaftModel, type RaftBounds } from './raft-model.js';
import type { Script } from '../exploration/script.js';

const still = { clock: () => 0 };

function modelOf(name: string): RaftModel {
  const model = RAFT_MODELS.find((known) => known.name === name)?.build(null);
  if (!(model instanceof RaftModel)) throw new Error(name);
  return model;
}

interface Small {
  readonly script: Script;
  readonly budgets: Partial<RaftBounds['budgets']>;
}

/** The smallest budgets with which a rule that is left out shows. */
const TWO_CAMPAIGNS: Small = { script: [], budgets: { timeouts: 2 } };
const CRASH: Small = { script: [], budgets: { timeouts: 2, crashes: 1 } };
const CAMPAIGN: Small = { script: LED, budgets: { timeouts: 1, proposals: 1 } };
const OVERTAKEN: Small = { script: LED, budgets: { proposals: 2 } };
const REPAIR: Small = { script: DIVERGED, budgets: { heartbeats: 1 } };
const REPAIR_AND_CAMPAIGN: Small = { script: DIVERGED, budgets: { heartbeats: 2 } };

function small({ script, budgets }: Small, leftOut: string | null): RaftModel {
  const none = { timeouts: 0, heartbeats: 0, proposals: 0, crashes: 0, losses: 0, copies: 0 };
  const bounds: RaftBounds = {
    terms: 4,
    channel: 6,
    disks: 'quick',
    budgets: { ...none, ...budgets },
  };
  return new RaftModel('small', '', bounds, leftOut ? RAFT_BREAKS[leftOut] : undefined, script);
}

const LIMITS = { states: 100_000, depth: 30, seconds: 1000 };

describe('the Raft models have teeth: each finds what happens without a rule', () => {
  it.each([
    ['no-wait-for-disk', CRASH, /^PersistBeforeSend: /, 3],
    ['vote-forgotten-at-restart', CRASH, /^OneVote: /, 10],
    ['vote-cleared-at-step-down', TWO_CAMPAIGNS, /^OneVote: /, 14],
    ['vote-without-log-check', CAMPAIGN, /^LeaderCompleteness: /, 9],
    ['truncate-without-conflict', OVERTAKEN, /^CommittedIsDurable: /, 7],
    ['append-without-previous', REPAIR, /^CommittedIsDurable: /, 3],
    ['commit-beyond-match', REPAIR_AND_CAMPAIGN, /^StateMachineSafety: /, 8],
  ])(
    '%s',
    (leftOut, model, violation, most) => {
      expect(RAFT_BREAKS).toHaveProperty(leftOut);
      const { counterexample } = explore(small(model, leftOut), LIMITS, still);
      expect(counterexample?.violation).toMatch(violation);
      expect(counterexample?.steps.length).toBeLessThanOrEqual(most);
    },
    60_000,
  );

  it.each([CRASH, CAMPAIGN, OVERTAKEN, REPAIR, REPAIR_AND_CAMPAIGN])(
    'and nothing in the shipped code with the same budgets',
    (model) => {
      const limits = { ...LIMITS, states: 10_000 };
      expect(explore(small(model, null), limits, still).counterexample).toBeNull();
    },
    60_000,
  );
});

describe('the Raft models on the shipped code', () => {
  it.each(RAFT_MODELS.map(({ name }) => name))('%s finds nothing wrong', (name) => {
    const limits = { states: 3000, depth: 30, seconds: 1000 };
    expect(explore(modelOf(name), limits, still).counterexample).toBeNull();
  });

  it('elects in terms 2, 3 and 4 somewhere: the space is not empty', () => {
    const model = modelOf('raft-figure-8');
    const terms = new Set<number>();
    const watched = {
      ...model,
      violation: (state: Vector) => {
        for (let place = 0; place < 3; place++) {
          const { role, term } = model.parts.states.get(state[NODES + place] ?? 0);
          if (role === 'leader') terms.add(term);
        }
        return null;
      },
    };
    explore(watched, { states: 5000, depth: 30, seconds: 1000 }, still);
    expect([...terms].sort()).toEqual([2, 3, 4]);
  });

  it('gives one representative to worlds that differ only in who is who', () => {
    const model = modelOf('raft-vote');
    const after = (first: string): readonly Vector[] => {
      const found: Vector[] = [];
      model.successors(model.initial(), (next, what, detail) => {
        if (model.label(model.initial(), what, detail).startsWith(first)) found.push(next);
      });
      return found;
    };
    const [a] = after('a hears no leader');
    const [c] = after('c hears no leader');
    expect(a).not.toEqual(c);
    expect(a && model.canonical(a)).toEqual(c && model.canonical(c));
  });
});
