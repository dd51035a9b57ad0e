import { longestSilence, WORTH_TELLING_MS, type RunRecord } from '@mha4rdb/simulator';
import type { FaultName } from './fault-name.js';
import type { Play } from './play.js';
import type { Scene } from './scene.js';

/**
 * How writes came back: `uninterrupted`, they paused no longer than they do anyway; `automatic`, while
 * the fault lasted; `mended`, only when it was over; `never`.
 */
export type Recovery = 'uninterrupted' | 'automatic' | 'mended' | 'never';

/** What became of one fault, or of several that came together. */
export interface Outcome {
  readonly faults: readonly FaultName[];
  /** Whom they struck. */
  readonly members: readonly string[];
  /** The longest time between two acknowledged writes; null: none was acknowledged any more. */
  readonly writeGapMs: number | null;
  readonly recovery: Recovery;
  /** Why nobody took over while the fault lasted, in the cluster's own words; empty otherwise. */
  readonly why: string;
}

export function outcomesOf({ scenes, result: { record } }: Play): readonly Outcome[] {
  return record === null ? [] : scenes.map((scene) => outcomeOf(scene, record));
}

function outcomeOf(scene: Scene, record: RunRecord): Outcome {
  const { faults, atMs, mendedMs, endMs } = scene;
  const members = record.events.flatMap((event) =>
    event.kind === 'fault' && event.at === atMs && event.member !== null ? [event.member] : [],
  );
  const silence = longestSilence(record, atMs, Math.min(endMs, record.endMs));
  const writeGapMs = silence === null || silence.to === null ? null : Math.round(silence.ms);
  const spansMending =
    silence !== null &&
    mendedMs !== null &&
    silence.from < mendedMs &&
    (silence.to ?? Infinity) >= mendedMs;
  const recovery: Recovery =
    silence === null || writeGapMs === null
      ? 'never'
      : writeGapMs <= WORTH_TELLING_MS
        ? 'uninterrupted'
        : spansMending
          ? 'mended'
          : 'automatic';
  const isBack = recovery === 'automatic' || recovery === 'uninterrupted';
  return {
    faults,
    members,
    writeGapMs,
    recovery,
    why: isBack ? '' : reasonOf(scene, record),
  };
}

const CLIENTS_CUT: ReadonlySet<FaultName> = new Set(['cut-clients', 'isolate']);

/** What the coordinator was waiting for last, or what kept commits from being acknowledged. */
function reasonOf(
  { faults, atMs, mendedMs, endMs }: Scene,
  { events, members }: RunRecord,
): string {
  if (members.length === 1) return 'there is no other member to take over';
  if (faults.some((fault) => CLIENTS_CUT.has(fault))) {
    return 'clients were cut off from whoever may serve';
  }
  const [from, to] = [atMs, mendedMs ?? endMs];
  const decisions = events.flatMap((event) =>
    event.kind === 'decided' && event.at >= from && event.at < to ? [event] : [],
  );
  const began = decisions.some(({ event }) => event === 'election-began' || event === 'released');
  const waiting = decisions.findLast(({ event }) => event === 'waiting')?.fields['reason'];
  if (typeof waiting === 'string') return waiting;
  const open = events.findLast(({ kind, at }) => kind === 'port' && at < to);
  const serves = open?.kind === 'port' && open.admits === 'clients';
  if (serves && !began) return 'commits wait for standbys that are gone';
  return 'no majority of the voters was there to decide';
}
