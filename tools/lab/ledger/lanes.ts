import { LAB_NETWORK, type PlannedMember } from '../cluster/plan.js';
import type { LaneConfig } from './record.js';

/** Deadlines of a consumer that wants to write again soon, as the bench's contract states them. */
const CONSUMER = { statementMs: 1_000, connectMs: 2_000, retryMs: 50 } as const;

/** Lanes that write through the VIP, as consumers do. */
export function vipLanes(prefix: string, count: number): LaneConfig[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `${prefix}vip${at + 1}`,
    address: LAB_NETWORK.vip,
    port: LAB_NETWORK.databasePort,
    paceMs: 10,
    askRole: false,
    ...CONSUMER,
  }));
}

/** Name of the lane that asks one member directly and often. */
export function probeLane(prefix: string, member: string): string {
  return `${prefix}probe-${member}`;
}

/**
 * Lanes that write to each data member at its own address, to catch a database that acknowledges
 * although it must not: one that asks often and gives up soon, and a patient one whose write stays
 * in flight through a whole isolation and is answered late, if ever.
 */
export function memberLanes(prefix: string, members: readonly PlannedMember[]): LaneConfig[] {
  return members.flatMap((member) => {
    const target = { address: member.address, port: LAB_NETWORK.databasePort, askRole: true };
    const often = { paceMs: 25, statementMs: 1_000, connectMs: 500, retryMs: 50 };
    const patient = { paceMs: 100, statementMs: 60_000, connectMs: 1_000, retryMs: 500 };
    return [
      { name: probeLane(prefix, member.id), ...target, ...often },
      { name: `${prefix}patient-${member.id}`, ...target, ...patient },
    ];
  });
}
