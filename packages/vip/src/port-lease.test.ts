import { instantOf } from '@mha4rdb/kernel';
import fc from 'fast-check';
import {
  armedToken,
  beliefFromSight,
  committedLease,
  KERNEL_SLACK_MS,
  nextToken,
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
  token: null,
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
const token = (leftMs: number) => ({ endsAtLeast: at(NOW + leftMs), endsAtMost: at(NOW + leftMs) });
const longAgo = (held: CommittedLease | null): PortBelief => ({
  table: 'standing',
  seenAt: at(NOW - 3000),
  lease: held,
});

describe('the next step of the port lease', () => {
  it.each<[string, PortWish, PortBelief, string]>([
    ['nothing is known', closed, unknown, 'look'],
    ['nothing is known, lifted', lifted, unknown, 'look'],
    ['a standby has a table', lifted, standing(lease(500)), 'remove'],
    ['a standby has a damaged table', lifted, broken, 'remove'],
    ['a standby has none', lifted, absent, 'rest'],
    [
      'a standby has none, seen long ago',
      lifted,
      { table: 'absent', seenAt: at(NOW - 5000) },
      'look',
    ],
    ['closed, and no table', closed, absent, 'build'],
    ['closed, and the table is damaged', closed, broken, 'build'],
    ['closed, and something is open', closed, standing(lease(500)), 'close'],
    ['closed, and nothing is open', closed, standing(null), 'rest'],
    ['closed, seen long ago', closed, longAgo(null), 'look'],
    ['open, and no table', open(2000), absent, 'build'],
    ['open, and the table is damaged', open(2000), broken, 'build'],
    ['open, and nothing is open', open(2000), standing(null), 'arm'],
    ['open, lease nearly as long as the grant', open(2000), standing(lease(1800)), 'rest'],
    ['open, lease much shorter', open(2000), standing(lease(1500)), 'arm'],
    ['open, lease a little shorter, long grant', open(2000), standing(lease(1650)), 'rest'],
    ['open, lease a little shorter, short grant', open(1200), standing(lease(850)), 'arm'],
    ['open, lease stands, seen long ago', open(2000), longAgo(lease(1800)), 'look'],
    ['a token is left', open(2000), standing(lease(1500, { token: token(150) })), 'renew'],
    ['a token would shorten it', open(2000), standing(lease(1500, { token: token(400) })), 'arm'],
    ['a token is as good as over', open(2000), standing(lease(1500, { token: token(50) })), 'arm'],
    [
      'a token ends after the grant',
      peers(400),
      standing(lease(900, { token: token(390) })),
      'arm',
    ],
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
    const pause = fc.double({ min: 0, max: 30_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 20_000, noNaN: true }),
        fc.array(pause, { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        (leftMs, pauses, attempt) => {
          const wish = open(leftMs);
          const step = planPort(wish, standing(null), NOW, attempt);
          if (step.kind !== 'arm' || wish.kind !== 'leased') return;
          let time: number = NOW;
          const next = (index: number) => at((time += pauses[index] ?? 0));
          const beforeArm = at(time);
          const armedAt = next(0);
          const afterArm = next(1);
          const used = armedToken({ beforeArm, afterArm }, step.timeout);
          const timeout = planCommit(wish.until, used.endsAtMost);
          if (timeout === null) return;
          expect(timeout % TICK_MS).toBe(0);
          const beforeCommit = at(time);
          const token = nextToken(wish.until, beforeCommit);
          const committedAt = next(2);
          if (committedAt >= armedAt + step.timeout) return; // the kernel refuses the transaction
          const end = committedAt + timeout;
          expect(end).toBeLessThanOrEqual(wish.until - KERNEL_SLACK_MS);
          const clock = { beforeCommit, afterCommit: next(3) };
          const known = committedLease({ audience: 'everyone', peers: PEERS }, clock, used, {
            lease: timeout,
            token,
          });
          expect(known.endsAtLeast).toBeLessThanOrEqual(end);
          expect(known.endsAtMost).toBeGreaterThanOrEqual(end);
          expect(known.endsAtMost).toBeLessThanOrEqual(wish.until);
          const tokenEnd = committedAt + token;
          expect(known.token?.endsAtLeast).toBeLessThanOrEqual(tokenEnd);
          expect(known.token?.endsAtMost).toBeGreaterThanOrEqual(tokenEnd);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is nearly as long as the grant when nothing pauses', () => {
    expect(planCommit(at(NOW + 2400), at(NOW + 100))).toBe(2260);
  });

  it('is not made when the grant is as good as over', () => {
    expect(planCommit(at(NOW + 140), at(NOW + 100))).toBeNull();
    expect(planCommit(at(NOW - 5000), at(NOW + 20))).toBeNull();
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
        token: null,
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
