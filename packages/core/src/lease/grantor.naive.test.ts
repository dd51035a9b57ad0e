import {
  durationOf,
  epochOf,
  instantOf,
  nodeIdOf,
  type Instant,
  type NodeId,
} from '@mha4rdb/kernel';
import fc from 'fast-check';
import { founded } from '../testing/cluster-fixture.js';
import { grantorAtTermStart, heldUntil, mayOpen, noteRelease, noteRenewal } from './grantor.js';
import { afterRenewal, type HeldGrant } from './holder.js';
import { CLOCK_RATE_ERROR, waitFor } from './timing.js';

/**
 * A second way to know who may be opened: nothing is folded into a view, the whole history is kept and
 * asked anew each time.
 */
interface Renewal {
  readonly holder: NodeId;
  readonly epoch: number;
  readonly length: number;
  readonly at: number;
}

const holders = ['n1', 'n2', 'n3'].map(nodeIdOf);
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('renew', 'renew', 'renew', 'release'),
    /** Each epoch has one holder. */
    epoch: fc.integer({ min: 2, max: 4 }),
    length: fc.constantFrom(1200, 2400, 15_000),
    after: fc.integer({ min: 1, max: 4000 }),
  }),
  { maxLength: 25 },
);
const holderOf = (epoch: number): NodeId => holders[epoch - 2] as NodeId;

function mayOpenNaively(
  history: readonly Renewal[],
  released: readonly { readonly epoch: number; readonly at: number }[],
  member: NodeId,
  now: number,
): boolean {
  return !history.some(
    (renewal) =>
      renewal.holder !== member &&
      renewal.at + waitFor(renewal.length) > now &&
      !released.some(({ epoch, at }) => epoch === renewal.epoch && at >= renewal.at),
  );
}

test('who may be opened is what the whole history of renewals and releases says', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const start = instantOf(1_000_000);
      const blank = { ...founded(), grantMs: durationOf(2400), released: null };
      let view = {
        ...grantorAtTermStart(blank, 0, start),
        outstanding: [] as never[],
      } as ReturnType<typeof grantorAtTermStart>;
      let now: Instant = start;
      const history: Renewal[] = [];
      const released: { epoch: number; at: number }[] = [];
      for (const { kind, epoch, length, after } of all) {
        now = instantOf(now + after);
        const holder = holderOf(epoch);
        if (kind === 'release') {
          view = noteRelease(view, epochOf(epoch));
          released.push({ epoch, at: now });
        } else {
          view = noteRenewal(view, { holder, epoch: epochOf(epoch) }, length, now);
          history.push({ holder, epoch, length, at: now });
        }
        for (const member of holders) {
          expect(mayOpen(view, member, now)).toBe(mayOpenNaively(history, released, member, now));
        }
      }
    }),
  );
});

test('in true time no holder outlasts the wait for it, whatever the delays and the rates within ρ (I1)', () => {
  const rate = fc.double({ min: 1 - CLOCK_RATE_ERROR, max: 1 + CLOCK_RATE_ERROR, noNaN: true });
  const renewals = fc.array(
    fc.record({
      sent: fc.integer({ min: 0, max: 20_000 }),
      travels: fc.integer({ min: 0, max: 5000 }),
      length: fc.constantFrom(1200, 2400, 15_000),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(renewals, rate, rate, (given, ofHolder, ofCoordinator) => {
      const n1 = nodeIdOf('n1');
      const epoch = epochOf(2);
      const blank = { ...founded(), released: null };
      let view: ReturnType<typeof grantorAtTermStart> = {
        ...grantorAtTermStart(blank, 0, instantOf(0)),
        outstanding: [],
      };
      let held: HeldGrant | null = null;
      const arriving = [...given].sort((a, b) => a.sent + a.travels - (b.sent + b.travels));
      for (const { sent, travels, length } of arriving) {
        const appendedAt = instantOf((sent + travels) * ofCoordinator);
        view = noteRenewal(view, { holder: n1, epoch }, length, appendedAt);
        const command = {
          type: 'KeepGrant',
          epoch,
          holder: n1,
          incarnation: 1 as never,
          sendStamp: instantOf(sent * ofHolder),
          maxMs: length,
        } as const;
        held = afterRenewal(held, command, length);
      }
      const endsAt = (held?.end ?? 0) / ofHolder;
      const opensAt = (heldUntil(view, n1) ?? 0) / ofCoordinator;
      // Instants are whole numbers or not; half a microsecond is the rounding of doubles.
      expect(opensAt).toBeGreaterThanOrEqual(endsAt - 0.0005);
    }),
    { numRuns: 500 },
  );
});
