import { startRaft, stepRaft, type RaftEvent, type StepResult } from '@mha4rdb/core';
import type { Disk, Machine } from './parts.js';
import { NOW, type State } from './timeless.js';
import { memberAt, optionsOf } from './members.js';
import { BASE_SNAPSHOT } from './disk.js';

export type Event = RaftEvent<string, Machine>;
export type Result = StepResult<string, Machine>;

/** The code under test: core's own, or one with something left out (`breaks.ts`). */
export interface RaftCode {
  readonly step: (state: State, event: Event) => Result;
  /** A node at its start, from what its disk holds. */
  readonly start: (place: number, disk: Disk) => Result;
}

export const SHIPPED: RaftCode = {
  step: (state, event) => stepRaft(state, event),
  start: (place, { hardState, entries }) =>
    startRaft<string, Machine>(
      optionsOf(memberAt(place)),
      { kind: 'disk', persisted: { hardState, snapshot: BASE_SNAPSHOT, entries } },
      NOW,
      0,
    ),
};
