import type { HistoryItem as WireItem } from '../gen/mha4rdb/v1/history_pb.js';
import { isoOf } from './cluster-status.js';

/** One change of primary or one order, with where its time went; as JSON what `mhactl history` prints. */
export interface HistoryItem {
  /** The operation id where somebody asked for it. */
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** forming, failover, restart, switchover, durability, pause, resume, maintenance, …; later versions may add. */
  readonly kind: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly epoch: number;
  readonly trigger: string;
  readonly initiator: string;
  readonly phases: HistoryPhases;
  readonly writeGapMs: number | null;
  readonly candidates: readonly HistoryCandidate[];
  /** `running`, `done`, or `failed: REASON`. */
  readonly result: string;
}

/** Null: the step has not happened. */
export interface HistoryPhases {
  readonly detectMs: number | null;
  readonly electMs: number | null;
  readonly sealMs: number | null;
  readonly promoteMs: number | null;
  readonly gateMs: number | null;
  readonly vipMs: number | null;
}

export interface HistoryCandidate {
  readonly id: string;
  /** Empty where it reported none. */
  readonly position: string;
  readonly chosen: boolean;
  readonly reason: string;
}

export function historyItemOf(wire: WireItem): HistoryItem {
  const phases = wire.phases;
  return {
    id: wire.id,
    at: isoOf(wire.at),
    kind: wire.kind,
    from: wire.from ?? null,
    to: wire.to ?? null,
    epoch: Number(wire.epoch),
    trigger: wire.trigger,
    initiator: wire.initiator,
    phases: {
      detectMs: phases?.detectMs ?? null,
      electMs: phases?.electMs ?? null,
      sealMs: phases?.sealMs ?? null,
      promoteMs: phases?.promoteMs ?? null,
      gateMs: phases?.gateMs ?? null,
      vipMs: phases?.vipMs ?? null,
    },
    writeGapMs: wire.writeGapMs ?? null,
    candidates: wire.candidates.map(({ id, position, chosen, reason }) => ({
      id,
      position,
      chosen,
      reason,
    })),
    result: wire.result,
  };
}
