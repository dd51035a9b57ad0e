import { create } from '@bufbuild/protobuf';
import { WatchResponseSchema, type WatchResponse } from '../gen/mha4rdb/v1/cluster_service_pb.js';
import type { ClusterEvent } from '../events/cluster-event.js';
import { healthyDual, type StatusInit } from '../testing/index.js';
import { advance, afterRevisionOf, cursorFrom, type Cursor } from './cursor.js';

const leader = { id: 'n2', database: { host: '10.77.0.12', port: 5432 } };

function status(revision: number, fields: StatusInit = {}, gap = false): WatchResponse {
  return create(WatchResponseSchema, {
    revision: BigInt(revision),
    body: { case: 'status', value: { ...healthyDual(), ...fields } },
    gap,
  });
}

function event(revision: number, type: string, epoch = revision): WatchResponse {
  const value = { revision: BigInt(revision), type, leader: { ...leader, epoch: BigInt(epoch) } };
  return create(WatchResponseSchema, {
    revision: BigInt(revision),
    body: { case: 'event', value },
  });
}

function member(id: string, fields: object): StatusInit {
  const members = healthyDual().members?.map((one) =>
    one.id === id ? { ...one, ...fields } : one,
  );
  return members === undefined ? {} : { members: members };
}

function run(
  cursor: Cursor,
  messages: readonly WatchResponse[],
): { readonly cursor: Cursor; readonly told: readonly string[]; events: readonly ClusterEvent[] } {
  const events: ClusterEvent[] = [];
  let at = cursor;
  for (const message of messages) {
    const step = advance(at, message);
    at = step.cursor;
    events.push(...step.events);
  }
  return { cursor: at, told: events.map((e) => `${e.type}@${e.revision}`), events };
}

describe('a watch', () => {
  test('begins after the first message', () => {
    const { told, cursor } = run(cursorFrom(undefined), [
      status(7),
      event(7, 'leaderChanged'),
      event(8, 'leaderLost'),
    ]);
    expect(told).toEqual(['leaderLost@8']);
    expect(afterRevisionOf(cursor)).toBe(7);
  });

  test('from a revision tells what has a greater one', () => {
    expect(afterRevisionOf(cursorFrom(5))).toBe(5);
    const { told } = run(cursorFrom(5), [
      status(9),
      event(5, 'leaderLost'),
      event(6, 'leaderLost'),
    ]);
    expect(told).toEqual(['leaderLost@6']);
  });

  test('tells both events of one revision once, also when the stream broke between them', () => {
    const first = run(cursorFrom(5), [status(6), event(6, 'switchoverCompleted')]);
    const second = run(first.cursor, [
      status(6),
      event(6, 'switchoverCompleted'),
      event(6, 'leaderChanged'),
    ]);
    expect([...first.told, ...second.told]).toEqual(['switchoverCompleted@6', 'leaderChanged@6']);
  });

  test('skips an event type that it does not know, and is past it', () => {
    const { told, cursor } = run(cursorFrom(5), [status(6), event(6, 'sunrise')]);
    expect(told).toEqual([]);
    expect(run(cursor, [event(6, 'leaderLost')]).told).toEqual(['leaderLost@6']);
  });

  describe('wherever streams break and whoever repeats, each event comes once and in order', () => {
    const TYPES = ['leaderLost', 'leaderChanged', 'switchoverCompleted'];
    const COUNTS = [1, 2, 3].flatMap((a) => [1, 2, 3].flatMap((b) => [1, 3].map((c) => [a, b, c])));

    test.each(COUNTS)('with %i, %i and %i events of one revision', (...counts) => {
      const all = counts.flatMap((count, index) =>
        TYPES.slice(0, count).map((type) => event(index + 1, type)),
      );
      const wanted = counts.flatMap((count, index) =>
        TYPES.slice(0, count).map((type) => `${type}@${index + 1}`),
      );
      for (let first = 0; first <= all.length + 1; first += 1) {
        for (let second = 0; second <= all.length + 1; second += 1) {
          let cursor = cursorFrom(0);
          const told: string[] = [];
          for (const length of [first, second, Infinity]) {
            const after = afterRevisionOf(cursor) ?? 0;
            const rest = all.filter(
              ({ body }) => body.case === 'event' && body.value.revision > after,
            );
            const part = run(cursor, [status(counts.length), ...rest].slice(0, length));
            cursor = part.cursor;
            told.push(...part.told);
          }
          expect(told).toEqual(wanted);
        }
      }
    });
  });
});

describe('observed changes', () => {
  test('a member that fails and comes back, with the verdict', () => {
    const { told, events } = run(cursorFrom(undefined), [
      status(7),
      status(7, {
        ...member('n2', { state: 'unreachable', reachable: false }),
        verdict: 'degraded',
      }),
      status(7, { ...member('n2', { state: 'starting' }), verdict: 'degraded' }),
      status(7),
    ]);
    expect(told).toEqual([
      'memberChanged@7',
      'verdictChanged@7',
      'memberChanged@7',
      'memberChanged@7',
      'memberRecovered@7',
      'verdictChanged@7',
    ]);
    expect(events[0]).toMatchObject({ member: { id: 'n2', state: 'unreachable' }, was: 'standby' });
    expect(events[1]).toMatchObject({ verdict: 'degraded', was: 'healthy' });
  });

  test('ages, positions and grants are no change', () => {
    const moved = member('n1', { reportAgeMs: 300, position: '0/6000000', grantMs: 900 });
    expect(run(cursorFrom(undefined), [status(7), status(7, moved)]).told).toEqual([]);
  });

  test('an older view of another member tells nothing', () => {
    const older = status(6, { verdict: 'degraded' });
    expect(run(cursorFrom(undefined), [status(7), older, status(7)]).told).toEqual([]);
  });
});

describe('after a gap', () => {
  const before = run(cursorFrom(undefined), [status(7, { epoch: 5n })]).cursor;
  const afterGap = status(90, { epoch: 70n, primary: 'n2' }, true);

  test('a leader whose event is no longer kept is told from the status', () => {
    const { told, events } = run(before, [afterGap, event(89, 'settingsChanged'), event(90, 'x')]);
    expect(told).toEqual(['settingsChanged@89', 'leaderChanged@90']);
    expect(events[1]).toMatchObject({ leader: { id: 'n2', epoch: 70 } });
  });

  test('a leader whose event is kept is told once', () => {
    const { told } = run(before, [
      afterGap,
      event(80, 'leaderChanged', 70),
      event(90, 'leaderLost'),
    ]);
    expect(told).toEqual(['leaderChanged@80', 'leaderLost@90']);
  });
});
