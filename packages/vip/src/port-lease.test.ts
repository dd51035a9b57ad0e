import { durationOf, instantOf } from '@mha4rdb/kernel';
import fc from 'fast-check';
import {
  beliefFromSight,
  committedLease,
  KERNEL_SLACK_MS,
  planCommit,
  planPort,
  TICK_MS,
  type CommittedLease,
  type PortBelief,
  type PortWish,
} from './port-lease.js';

const at = instantOf;
const NOW = at(10_000);
const PEERS = ['10.0.0.2'];
const open = (leftMs: number): PortWish => ({
  kind: 'leased',
  audience: 'everyone',
  peers: PEERS,
  until: at(NOW + leftMs),
});
const peers = (leftMs: number): PortWish => ({
  kind: 'leased',
  audience: 'peers',
  peers: PEERS,
  until: at(NOW + leftMs),
});
const lease = (leftMs: number, more: Partial<CommittedLease> = {}): CommittedLease => ({
  audience: 'everyone',
  peers: PEERS,
  endsAtLeast: at(NOW + leftMs),
  endsAtMost: at(NOW + leftMs),
  ...more,
});
const standing = (held: CommittedLease | null): PortBelief => ({
  table: 'standing',
  seenAt: NOW,
  lease: held,
});
const absent: PortBelief = { table: 'absent', seenAt: NOW };
const unknown: PortBelief = { table: 'unknown' };
const broken: PortBelief = { table: 'broken' };
const closed: PortWish = { kind: 'closed' };
const lifted: PortWish = { kind: 'lifted' };
const OLD_LOOK = at(NOW - 1000);

describe('the next step of the port lease', () => {
  it.each<[string, PortWish, PortBelief, string]>([
    ['nothing is known', closed, unknown, 'look'],
    ['nothing is known, lifted', lifted, unknown, 'look'],
    ['a standby has a table', lifted, standing(lease(500)), 'remove'],
    ['a standby has a damaged table', lifted, broken, 'remove'],
    ['a standby has none', lifted, absent, 'rest'],
    ['a standby has none, seen long ago', lifted, { table: 'absent', seenAt: OLD_LOOK }, 'look'],
    ['closed, and no table', closed, absent, 'build'],
    ['closed, and the table is damaged', closed, broken, 'build'],
    ['closed, and something is open', closed, standing(lease(500)), 'close'],
    ['closed, and nothing is open', closed, standing(null), 'rest'],
    ['closed, seen long ago', closed, { table: 'standing', seenAt: OLD_LOOK, lease: null }, 'look'],
    ['open, and no table', open(2000), absent, 'build'],
    ['open, and the table is damaged', open(2000), broken, 'build'],
    ['open, and nothing is open', open(2000), standing(null), 'arm'],
    ['open, lease nearly as long as the grant', open(2000), standing(lease(1800)), 'rest'],
    ['open, lease much shorter', open(2000), standing(lease(1500)), 'arm'],
    ['open, only peers so far', open(2000), standing(lease(1800, { audience: 'peers' })), 'arm'],
    ['open, peers not known', open(2000), standing(lease(1800, { peers: null })), 'arm'],
    ['open, a peer changed', open(2000), standing(lease(1800, { peers: ['10.0.0.9'] })), 'arm'],
    ['open, a peer came', open(2000), standing(lease(1800, { peers: [] })), 'arm'],
    ['open, lease longer than the grant', open(1000), standing(lease(1200)), 'arm'],
    ['open, grant over, closed', open(-1), standing(null), 'rest'],
    ['open, grant over, lease stands', open(-1), standing(lease(50)), 'close'],
    ['open, slack reached', open(KERNEL_SLACK_MS), standing(lease(5)), 'close'],
    ['peers, everyone passes', peers(2000), standing(lease(1800)), 'arm'],
    ['peers, lease stands', peers(2000), standing(lease(1800, { audience: 'peers' })), 'rest'],
    ['too short to open', open(60), standing(null), 'rest'],
    ['too short to renew, harmless', open(60), standing(lease(40)), 'rest'],
    ['too short to narrow', peers(60), standing(lease(40)), 'close'],
    ['too short to shorten', open(60), standing(lease(90)), 'close'],
  ])('when %s', (_case, wish, belief, kind) => {
    expect(planPort(wish, belief, NOW).kind).toBe(kind);
  });

  it('gives a starved process a longer token at each attempt, never more than a quarter', () => {
    const timeout = (leftMs: number, attempt: number): number => {
      const step = planPort(open(leftMs), standing(null), NOW, attempt);
      return step.kind === 'arm' ? step.timeout : 0;
    };
    expect([0, 1, 2, 3].map((attempt) => timeout(10_000, attempt))).toEqual([100, 200, 400, 400]);
    expect(timeout(430, 2)).toBe(100);
  });
});

describe('the lease that a commit makes', () => {
  /**
   * The kernel as far as it matters: the commit succeeds only while the token lives. Every clock
   * reading may be followed by a pause of any length.
   */
  it('ends before the grant, whatever pauses lie between clock and calls', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 20_000, noNaN: true }),
        fc.double({ min: 0, max: 30_000, noNaN: true }),
        fc.double({ min: 0, max: 30_000, noNaN: true }),
        fc.nat(3),
        (leftMs, pauseBeforeArm, pauseBeforeCommit, attempt) => {
          const wish = open(leftMs);
          const step = planPort(wish, standing(null), NOW, attempt);
          if (step.kind !== 'arm' || wish.kind !== 'leased') return;
          const armedAt = NOW + pauseBeforeArm;
          const tokenEnd = armedAt + step.timeout;
          const clock = at(armedAt);
          const timeout = planCommit(wish.until, clock, step.timeout);
          if (timeout === null) return;
          expect(timeout % TICK_MS).toBe(0);
          const commitAt = clock + pauseBeforeCommit;
          if (commitAt >= tokenEnd) return; // the kernel refuses the transaction
          const end = commitAt + timeout;
          expect(end).toBeLessThanOrEqual(wish.until - KERNEL_SLACK_MS);
          const known = committedLease(
            { audience: 'everyone', peers: PEERS },
            { beforeCommit: clock, afterCommit: at(commitAt) },
            step.timeout,
            timeout,
          );
          expect(known.endsAtLeast).toBeLessThanOrEqual(end);
          expect(known.endsAtMost).toBeGreaterThanOrEqual(end);
          expect(known.endsAtMost).toBeLessThanOrEqual(wish.until);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is nearly as long as the grant when nothing pauses', () => {
    expect(planCommit(at(NOW + 2400), NOW, durationOf(100))).toBe(2260);
  });

  it('is not made when the grant is as good as over', () => {
    expect(planCommit(at(NOW + 140), NOW, durationOf(100))).toBeNull();
    expect(planCommit(at(NOW - 5000), NOW, durationOf(20))).toBeNull();
  });
});

describe('a look at the table', () => {
  const clock = { before: NOW, after: at(NOW + 1) };
  const sight = { intact: true, openLeft: 900, peersLeft: 900 };

  it('finds an unknown lease with the widest bounds, and peers that must be set anew', () => {
    expect(beliefFromSight(sight, unknown, clock)).toEqual({
      table: 'standing',
      seenAt: NOW,
      lease: {
        audience: 'everyone',
        peers: null,
        endsAtLeast: NOW + 900,
        endsAtMost: NOW + 901 + TICK_MS,
      },
    });
  });

  it('keeps what this process knows better', () => {
    const own = standing(lease(880));
    expect(beliefFromSight(sight, own, clock)).toEqual({ ...own, seenAt: NOW });
  });

  it('believes the kernel when it shows less than was committed', () => {
    const seen = beliefFromSight({ ...sight, openLeft: 0 }, standing(lease(880)), clock);
    expect(seen).toMatchObject({ lease: { audience: 'peers', peers: null } });
    expect(beliefFromSight({ intact: true, openLeft: 0, peersLeft: 0 }, seen, clock)).toMatchObject(
      { lease: null },
    );
  });

  it('finds no table, and a damaged one', () => {
    expect(beliefFromSight(null, unknown, clock)).toEqual(absent);
    expect(beliefFromSight({ ...sight, intact: false }, unknown, clock)).toEqual(broken);
  });
});
