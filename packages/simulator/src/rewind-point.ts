import type { Wal } from './wal.js';

interface Span {
  readonly timeline: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Where pg_rewind winds back to: it compares the two timeline histories, that is numbers, never the
 * records. Null: both are on one timeline, "no rewind required".
 */
export function rewindPoint(target: Wal, source: Wal, sourceEnd: number): number | null {
  if (target.timeline === source.timeline) return null;
  const ours = spansOf(target, target.length);
  const theirs = spansOf(source, sourceEnd);
  let point = 0;
  for (const [index, span] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined || other.timeline !== span.timeline || other.begin !== span.begin) {
      break;
    }
    point = Math.min(span.end, other.end);
  }
  return point;
}

function spansOf(wal: Wal, end: number): readonly Span[] {
  let begin = 0;
  const spans = wal.history.map(({ timeline, switchLsn }) => {
    const span = { timeline, begin, end: switchLsn };
    begin = switchLsn;
    return span;
  });
  return [...spans, { timeline: wal.timeline, begin, end }];
}
