import { create, fromJson, toJson } from '@bufbuild/protobuf';
import { GetStatusResponseSchema } from '../gen/mha4rdb/v1/status_pb.js';
import { healthyDual } from '../testing/index.js';
import { statusOf } from './cluster-status.js';
import { leaderIn, replicasIn } from './leader.js';

const healthy = statusOf(create(GetStatusResponseSchema, healthyDual()));

describe('a status', () => {
  test('has the keys of the contract in their order, and plain numbers', () => {
    expect(Object.keys(healthy)).toEqual([
      ...['cluster', 'clusterId', 'schema', 'asOf', 'answeredBy', 'stale'],
      ...['mode', 'verdict', 'failoverReady', 'reasons', 'coordinator', 'term', 'epoch'],
      ...['primary', 'paused', 'scheduled', 'durability', 'vip', 'members'],
    ]);
    expect(Object.keys(healthy.members[0] ?? {})).toEqual([
      ...['id', 'role', 'address', 'database', 'state', 'health', 'reachable', 'reportAgeMs'],
      ...['timeline', 'position', 'lagBytes', 'sync', 'grantMs', 'fencing', 'since'],
      ...['voting', 'standing', 'lagMs', 'progress', 'priority', 'noFailover', 'noSync'],
      ...['watchdog', 'watchdogMs'],
    ]);
    expect(healthy).toMatchObject({ term: 4, epoch: 1207, asOf: '2026-11-23T09:00:00.000Z' });
    expect(healthy.members[0]).toMatchObject({ timeline: 3, lagBytes: 0, grantMs: 2710 });
  });

  test('has no database fields for an arbiter', () => {
    expect(healthy.members[2]).toEqual({
      id: 'n3',
      role: 'arbiter',
      address: '',
      state: 'arbiter',
      health: 'ok',
      reachable: true,
      reportAgeMs: 120,
      since: '2026-11-23T08:00:00.000Z',
      voting: 'voter',
      standing: 'full',
    });
  });

  test('says null for what cannot be told', () => {
    const wire = create(GetStatusResponseSchema, {
      members: [{ id: 'n1', role: 'data', state: 'unreachable' }],
      vip: [{ address: '10.77.0.100/24' }],
    });
    expect(statusOf(wire)).toMatchObject({ coordinator: null, primary: null });
    expect(statusOf(wire).vip).toEqual([
      { address: '10.77.0.100/24', holder: null, observed: false },
    ]);
    expect(statusOf(wire).members[0]).toMatchObject({
      reportAgeMs: null,
      timeline: null,
      position: null,
      lagBytes: null,
      grantMs: null,
    });
  });

  test('shows how far a copy is in per cent, and says null while nothing is counted', () => {
    const progressOf = (progress: object) => {
      const members = [{ id: 'n2', role: 'data', lagMs: 40n, progress }];
      return statusOf(create(GetStatusResponseSchema, { members })).members[0];
    };
    expect(progressOf({ step: 'copying', bytesDone: 30n, bytesTotal: 120n })).toMatchObject({
      lagMs: 40,
      progress: { step: 'copying', bytesDone: 30, bytesTotal: 120, percent: 25 },
    });
    // pg_basebackup estimates the total, and may bring more.
    expect(progressOf({ step: 'copying', bytesDone: 130n, bytesTotal: 120n })).toMatchObject({
      progress: { percent: 100 },
    });
    expect(progressOf({ step: 'checkpoint on the source' })).toMatchObject({
      progress: { bytesDone: null, bytesTotal: null, percent: null },
    });
  });

  test('takes the words of a newer member as unknown', () => {
    const wire = create(GetStatusResponseSchema, {
      verdict: 'splendid',
      members: [{ id: 'n1', role: 'data', state: 'levitating', fencing: 'moat' }],
    });
    expect(statusOf(wire).verdict).toBe('unavailable');
    expect(statusOf(wire).members[0]).toMatchObject({ state: 'unknown', fencing: 'none' });
  });

  test('looks on the wire as JSON as it does here, but for 64-bit integers', () => {
    const wire = toJson(GetStatusResponseSchema, create(GetStatusResponseSchema, healthyDual()), {
      alwaysEmitImplicit: true,
    }) as Record<string, unknown>;
    expect(wire).toMatchObject({ clusterId: '6f2c', failoverReady: true, epoch: '1207' });
    expect(statusOf(fromJson(GetStatusResponseSchema, wire as never))).toEqual(healthy);
  });
});

describe('the leader', () => {
  test('is the primary with its database, the epoch and the VIP without prefix length', () => {
    expect(leaderIn(healthy)).toEqual({
      id: 'n1',
      database: { host: '10.77.0.11', port: 5432 },
      epoch: 1207,
      vip: '10.77.0.100',
    });
  });

  test('is null while there is no primary', () => {
    expect(leaderIn({ ...healthy, primary: null })).toBeNull();
  });
});

describe('replicas', () => {
  const standby = (id: string, lag: bigint | undefined, fields = {}) => ({
    ...{ id, role: 'data', database: `${id}:5432`, state: 'standby', reachable: true },
    ...(lag === undefined ? {} : { lagBytes: lag }),
    ...fields,
  });
  const status = statusOf(
    create(GetStatusResponseSchema, {
      members: [
        standby('far', 9000n),
        standby('unknown', undefined),
        standby('gone', 0n, { reachable: false, state: 'unreachable' }),
        standby('near', 10n),
        standby('repaired', 0n, { state: 'rewinding' }),
      ],
    }),
  );

  test('are the standbys in reach, the nearest first', () => {
    expect(replicasIn(status).map(({ id }) => id)).toEqual(['near', 'far', 'unknown']);
  });

  test('with a limit are only those known to be within it', () => {
    expect(replicasIn(status, 100).map(({ id }) => id)).toEqual(['near']);
  });
});
