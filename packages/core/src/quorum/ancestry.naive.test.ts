import { epochOf, nodeIdOf, type DatabasePosition, type HistoryEntry } from '@mha4rdb/kernel';
import fc from 'fast-check';
import type { LineageEntry } from '../cluster/state.js';
import { classifyAncestry, comparePositions } from './position.js';
import { canRewind } from './rewindable.js';

/**
 * A second way to compare logs: every record is an object of its own, logs are compared record by record,
 * and numbers play no part. Promotions happen anywhere, with equal timeline numbers as often as not.
 */
interface LogRecord {
  readonly marker: number | null;
  readonly timeline: number;
}

interface Log {
  readonly records: readonly LogRecord[];
  readonly history: readonly HistoryEntry[];
}

const timelineOf = ({ records }: Log): number => records.at(-1)?.timeline ?? 1;

function cut(log: Log, length: number): Log {
  const records = log.records.slice(0, length);
  const timeline = records.at(-1)?.timeline ?? 1;
  return { records, history: log.history.filter((entry) => entry.timeline < timeline) };
}

function grown(log: Log, count: number, marker: number | null = null): Log {
  const timeline = timelineOf(log);
  const more = Array.from({ length: count }, () => ({ marker: null, timeline }));
  const first = marker === null ? [] : [{ marker, timeline }];
  return { ...log, records: [...log.records, ...first, ...more] };
}

function promoted(log: Log): Log {
  const timeline = timelineOf(log);
  const history = [...log.history, { timeline, switchLsn: log.records.length }];
  return { records: [...log.records, { marker: null, timeline: timeline + 1 }], history };
}

function positionOf(log: Log): DatabasePosition {
  const epoch = log.records.reduce((last, { marker }) => marker ?? last, 0);
  return { epoch: epochOf(epoch), timeline: timelineOf(log), lsn: log.records.length };
}

const isBeginning = (one: Log, of: Log): boolean =>
  one.records.every((record, place) => of.records[place] === record);

const acts = fc.array(
  fc.record({
    kind: fc.constantFrom('write', 'lag', 'lost', 'lost-unmarked', 'confirm', 'confirm'),
    from: fc.nat({ max: 1000 }),
    at: fc.nat({ max: 1000 }),
    writes: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 14 },
);

interface World {
  readonly logs: readonly Log[];
  readonly primary: Log;
  readonly lineage: readonly LineageEntry[];
}

/** A cluster's life: who is confirmed has the marker of the one before (protocol §6); who is not, anything. */
function play(
  given: readonly (typeof acts extends fc.Arbitrary<(infer Act)[]> ? Act : never)[],
): World {
  let epoch = 1;
  const base: Log = { records: [{ marker: null, timeline: 1 }], history: [] };
  let logs: Log[] = [base];
  let primary: Log | null = null;
  let lineage: LineageEntry[] = [];
  for (const { kind, from, at, writes } of [
    { kind: 'confirm', from: 0, at: 0, writes: 1 },
    ...given,
  ]) {
    const newest = lineage.at(-1);
    const source = logs[from % logs.length] ?? base;
    const copy = cut(source, 1 + (at % source.records.length));
    if (kind === 'write' && primary !== null) {
      logs = logs.filter((log) => log !== primary);
      primary = grown(primary, writes);
      logs.push(primary);
    } else if (kind === 'lag') logs.push(copy);
    else if (kind === 'lost' || kind === 'lost-unmarked') {
      epoch += 1;
      logs.push(grown(promoted(copy), writes, kind === 'lost' ? epoch : null));
    } else if (kind === 'confirm') {
      const counted =
        newest === undefined || copy.records.some(({ marker }) => marker === newest.epoch);
      if (!counted) continue;
      epoch += 1;
      const log = promoted(copy);
      const switchLsn = copy.records.length;
      lineage = [
        ...lineage,
        {
          epoch: epochOf(epoch),
          member: nodeIdOf('n1'),
          timeline: timelineOf(log),
          switchLsn,
          markerLsn: switchLsn + 2,
        },
      ];
      primary = grown(log, writes, epoch);
      logs.push(primary);
    }
  }
  return { logs, primary: primary ?? base, lineage };
}

/** Where `pg_rewind` would wind back to, which looks at numbers alone; null: it finds nothing to do. */
function rewindPoint(own: Log, source: Log): number | null {
  const pieces = (log: Log): { timeline: number; begin: number; end: number }[] => {
    const ends = [...log.history, { timeline: timelineOf(log), switchLsn: Infinity }];
    return ends.map(({ timeline, switchLsn }, place) => ({
      timeline,
      begin: ends[place - 1]?.switchLsn ?? 0,
      end: switchLsn,
    }));
  };
  if (timelineOf(own) === timelineOf(source)) return null;
  const [one, other] = [pieces(own), pieces(source)];
  let common = 0;
  for (const [place, piece] of one.entries()) {
    if (other[place]?.timeline !== piece.timeline || other[place].begin !== piece.begin) break;
    common = Math.min(piece.end, other[place].end);
  }
  return common;
}

test('a log that is called an ancestor is a beginning of the primary’s, record by record', () => {
  let ancestors = 0;
  fc.assert(
    fc.property(acts, (given) => {
      const { logs, primary, lineage } = play(given);
      for (const log of logs) {
        const own = { position: positionOf(log), replayedLsn: log.records.length };
        const verdict = classifyAncestry(own, { lineage, history: primary.history });
        if (verdict === 'diverged') continue;
        expect(isBeginning(log, primary)).toBe(true);
        if (log !== primary) ancestors += 1;
      }
    }),
    { numRuns: 1000 },
  );
  expect(ancestors).toBeGreaterThan(100);
});

test('a log that may be wound back shares with the primary all that winding back leaves of it', () => {
  let rewound = 0;
  fc.assert(
    fc.property(acts, (given) => {
      const { logs, primary, lineage } = play(given);
      for (const log of logs) {
        if (isBeginning(log, primary) || !canRewind(positionOf(log), lineage)) continue;
        const point = rewindPoint(log, primary);
        expect(point).not.toBeNull();
        expect(isBeginning(cut(log, point ?? 0), primary)).toBe(true);
        rewound += 1;
      }
    }),
    { numRuns: 1000 },
  );
  expect(rewound).toBeGreaterThan(50);
});

test('a beginning compares as less, and who has the newest marker as more than whoever has not', () => {
  fc.assert(
    fc.property(acts, (given) => {
      const { logs, lineage } = play(given);
      const newest = lineage.at(-1)?.epoch ?? 0;
      const has = (log: Log): boolean => log.records.some(({ marker }) => marker === newest);
      for (const one of logs) {
        for (const other of logs) {
          const order = comparePositions(positionOf(one), positionOf(other));
          if (isBeginning(one, other)) expect(order).toBeLessThanOrEqual(0);
          // A later promotion that was never confirmed carries a later marker: it has this one too, or no seal.
          const confirmed = (log: Log): boolean => positionOf(log).epoch <= newest;
          if (has(one) && !has(other) && confirmed(other)) expect(order).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 300 },
  );
});
