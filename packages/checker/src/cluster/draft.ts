import type { Vector } from '../exploration/model.js';

/** A world that is being changed. */
export interface Draft {
  readonly slots: number[];
  violation: string | undefined;
}

/** Takes a finished one: what step led to it, and its detail. */
export type Take = (draft: Draft, what: number, detail: number) => void;

export function draftOf(state: Vector): Draft {
  return { slots: [...state], violation: undefined };
}
