import type { MemberAction } from '../member/action.js';
import type { Timing } from '../lease/timing.js';

const MINUTE = 60_000;

/** How long an action may take, in milliseconds. Copies are bounded too, by hours. */
export function actionDeadline(action: MemberAction, timing: Timing): number {
  switch (action.kind) {
    case 'clone':
      return 12 * 60 * MINUTE;
    case 'rewind':
      return 60 * MINUTE;
    case 'start':
      // Crash recovery of a large log takes its time; the server answers "starting" meanwhile.
      return 60 * MINUTE;
    case 'initialize':
      return 5 * MINUTE;
    case 'stop':
      return action.mode === 'immediate' ? Math.max(timing.stopBudget, 2000) : 6000;
    case 'handOver':
      // The grant goes on being held only while the database answers: bounded by what is left of it.
      return Math.max(timing.grant - timing.margin, 1000);
    case 'checkpoint':
      return 10 * MINUTE;
    case 'barrier':
      return 2 * timing.grant;
    case 'promote':
      return 30_000;
    case 'seal':
    case 'follow':
    case 'writeMarker':
    case 'applyRule':
    case 'admit':
      return 5000;
  }
}
