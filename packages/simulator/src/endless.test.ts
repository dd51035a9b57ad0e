import type * as Core from '@mha4rdb/core';
import { CALM } from './network.js';
import { simulate } from './run.js';
import { drawOptions } from './swarm.js';

jest.mock('@mha4rdb/core', () => {
  const core = jest.requireActual<typeof Core>('@mha4rdb/core');
  return {
    ...core,
    stepNode: (state: Core.NodeState, event: Core.NodeEvent) => {
      const stepped = core.stepNode(state, event);
      if (event.type !== 'received') return stepped;
      const echo: Core.NodeEffect = { type: 'send', to: event.from, message: event.message };
      return { state: stepped.state, effects: [...stepped.effects, echo] };
    },
  };
});

/**
 * Goal: what goes on for ever without time passing is found and told, not waited for. Method: the real
 * core, which besides sends every message back, so that each of them is on its way for ever.
 */
it('ends a run in which members answer each other without end, with what it was', () => {
  const { violation, lines, simulatedMs } = simulate({
    ...drawOptions(1, 'three'),
    weather: CALM,
    faults: [],
    faultyMs: 600_000,
  });
  expect(violation?.invariant).toBe('true time goes on');
  expect(simulatedMs).toBeLessThan(60_000);
  expect(lines.at(-1)).toContain('true time goes on');
});
