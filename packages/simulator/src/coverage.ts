import type { ActionOutcome, ClusterState, MemberAction } from '@mha4rdb/core';

/** Named situations, and how often they happened: a run that never gets there proves nothing. */
export class Coverage {
  readonly counts = new Map<string, number>();

  count(situation: string): void {
    this.counts.set(situation, (this.counts.get(situation) ?? 0) + 1);
  }

  actionEnded(action: MemberAction, outcome: ActionOutcome): void {
    this.count(`action ${action.kind} ${outcome.ok ? 'done' : 'failed'}`);
  }

  stateChanged(before: ClusterState | null, after: ClusterState): void {
    if (before === null) return;
    if (before.election?.index !== after.election?.index && after.election !== null) {
      this.count(`election: ${after.election.cause}`);
      if (before.phase === 'appointed') this.count('an appointment came to nothing');
      if (before.switchover !== null) this.count('election during a switchover');
    }
    if (after.phase === 'appointed' && before.epoch !== after.epoch) {
      const old = before.confirmed?.primary;
      if (old !== undefined) {
        this.count(
          old === after.primary ? 'old primary appointed again' : 'another member appointed',
        );
      }
      if (after.target?.rule.acks === 0) this.count('appointed with nobody to wait for');
    }
    if (after.confirmed !== null && before.confirmed?.epoch !== after.confirmed.epoch) {
      this.count('confirmed');
    }
    if (before.confirmed?.epoch === after.confirmed?.epoch) {
      const [from, to] = [before.confirmed?.rule, after.confirmed?.rule];
      if (
        from !== undefined &&
        to !== undefined &&
        before.confirmed?.ver !== after.confirmed?.ver
      ) {
        this.count(
          to.acks < from.acks ? 'rule: fewer' : to.acks > from.acks ? 'rule: more' : 'rule: others',
        );
      }
    }
    if (before.incarnation !== after.incarnation && before.epoch === after.epoch) {
      this.count('adopted by a later life');
    }
  }

  addCounts(counts: Iterable<readonly [string, number]>): void {
    for (const [situation, count] of counts) {
      this.counts.set(situation, (this.counts.get(situation) ?? 0) + count);
    }
  }
}
