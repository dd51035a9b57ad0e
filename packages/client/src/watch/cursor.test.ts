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
  const value = {
    revision: BigInt(revision),
    type,
    epoch: BigInt(epoch),
    leader: { ...leader, epoch: BigInt(epoch) },
  };
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
    const step = advance(at, message, '2026-11-23T10:00:00.000Z');
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
      event(8, 'leaderLost', 1207),
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

  test('a member that is added, gets its vote, and is removed', () => {
    const all = healthyDual().members ?? [];
    const n4 = { id: 'n4', role: 'data', state: 'cloning', voting: 'learner', standing: 'joining' };
    const voter = { ...n4, voting: 'voter' };
    const { told, events } = run(cursorFrom(undefined), [
      status(7),
      status(7, { members: [...all, n4] }),
      status(7, { members: [...all, voter] }),
      status(7),
    ]);
    expect(told).toEqual(['memberChanged@7', 'memberChanged@7', 'memberChanged@7']);
    expect(events).toMatchObject([
      { member: { id: 'n4', voting: 'learner' }, was: null, removed: false },
      { member: { id: 'n4', voting: 'voter' }, was: 'cloning', removed: false },
      { member: { id: 'n4' }, was: 'cloning', removed: true },
    ]);
  });

  test('ages, positions and grants are no change', () => {
    const moved = member('n1', { reportAgeMs: 300, position: '0/6000000', grantMs: 900 });
    expect(run(cursorFrom(undefined), [status(7), status(7, moved)]).told).toEqual([]);
  });

  test('the view of a member that is an epoch behind tells nothing', () => {
    const older = status(9, { verdict: 'degraded', epoch: 1206n });
    expect(run(cursorFrom(undefined), [status(7), older, status(7)]).told).toEqual([]);
  });

  test('a member that has applied less but sees the same epoch is believed', () => {
    const other = status(6, { verdict: 'degraded' });
    expect(run(cursorFrom(undefined), [status(7), other]).told).toEqual(['verdictChanged@7']);
  });
});

describe('after a gap', () => {
  const before = run(cursorFrom(undefined), [status(7, { epoch: 5n })]).cursor;
  const leads = { epoch: 70n, primary: 'n2' };

  test('the leader of now is told, and what is kept of leaders before it is not', () => {
    const { told, events } = run(before, [
      status(90, leads, true),
      event(60, 'leaderLost', 5),
      event(70, 'leaderChanged', 70),
      event(80, 'settingsChanged', 70),
      event(91, 'leaderLost', 70),
    ]);
    expect(told).toEqual(['leaderChanged@90', 'settingsChanged@80', 'leaderLost@91']);
    expect(events[0]).toMatchObject({ leader: { id: 'n2', epoch: 70 } });
  });

  test('a leader that was known is not told again', () => {
    expect(run(before, [status(90, { epoch: 5n }, true)]).told).toEqual([]);
  });

  test('a leader that is still to be confirmed is told by its own event', () => {
    const { told } = run(before, [
      status(90, { epoch: 70n, primary: '' }, true),
      event(91, 'leaderChanged', 70),
    ]);
    expect(told).toEqual(['leaderChanged@91']);
  });
});

test('an event that carries no time has that of its arrival', () => {
  const { events } = run(cursorFrom(5), [event(6, 'leaderLost')]);
  expect(events[0]?.at).toBe('2026-11-23T10:00:00.000Z');
});
