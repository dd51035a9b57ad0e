import type { Epoch, Instant, NodeId } from '@mha4rdb/kernel';
import { addDuration, laterOf } from '@mha4rdb/kernel';
import type { ClusterState } from '../cluster/state.js';
import { waitFor } from './timing.js';

/** A grant that may still be valid, as this coordinator must assume, on its own clock. */
export interface OutstandingGrant {
  readonly holder: NodeId;
  readonly epoch: Epoch;
  /** `appendedAt + R·D`; until then nobody else may be opened. */
  readonly until: Instant;
}

/** What a coordinator knows about grants in its term; soft, rebuilt at each election. */
export interface GrantorView {
  readonly outstanding: readonly OutstandingGrant[];
  /** Grants that were appended before this term end by then, applied or not at its start. */
  readonly inheritedUntil: Instant;
  /** When it appended the last renewal of any holder; null when it has not yet. */
  readonly lastRenewalAt: Instant | null;
}

/**
 * The view at the start of a term. A renewal that ever commits from an older term is in the log by
 * now (Leader Completeness), so it was sent before this moment: counting from here is late enough.
 * Counting from the last contact with the old coordinator is not (reference A2.6: two holders).
 * `longestMs` covers grants in the log that are not applied yet.
 */
export function grantorAtTermStart(
  state: Pick<ClusterState, 'granted' | 'primary' | 'epoch' | 'grantMs' | 'released'>,
  longestMs: number,
  now: Instant,
): GrantorView {
  const length = Math.max(state.grantMs, state.granted?.longestMs ?? 0, longestMs);
  const until = addDuration(now, waitFor(length));
  const holders = new Map<NodeId, Epoch>();
  if (state.granted !== null) holders.set(state.granted.holder, state.granted.epoch);
  if (state.primary !== null) holders.set(state.primary, state.epoch);
  return {
    outstanding: [...holders]
      .map(([holder, epoch]) => ({ holder, epoch, until }))
      .filter(({ epoch }) => epoch !== state.released?.epoch),
    inheritedUntil: until,
    lastRenewalAt: null,
  };
}

/** Notes a renewal at the moment when this coordinator appends it, committed or not. */
export function noteRenewal(
  view: GrantorView,
  renewal: { readonly holder: NodeId; readonly epoch: Epoch },
  lengthMs: number,
  now: Instant,
): GrantorView {
  const { holder, epoch } = renewal;
  const before = view.outstanding.find((grant) => grant.holder === holder && grant.epoch === epoch);
  const until = laterOf(addDuration(now, waitFor(lengthMs)), before?.until ?? now);
  const others = view.outstanding.filter((grant) => grant !== before && grant.until > now);
  return { ...view, outstanding: [...others, { holder, epoch, until }], lastRenewalAt: now };
}

/** A committed release: that epoch's holder has proved that it is done. */
export function noteRelease(view: GrantorView, epoch: Epoch): GrantorView {
  return { ...view, outstanding: view.outstanding.filter((grant) => grant.epoch !== epoch) };
}

/**
 * A committed renewal of the current epoch proves that some coordinator waited out all older
 * epochs before it appended it. One that this coordinator did not append itself is inherited: its
 * appointment may not have been applied yet when the term began, so that it was not counted then.
 */
export function noteGranted(
  view: GrantorView,
  { epoch, holder }: { readonly epoch: Epoch; readonly holder: NodeId },
): GrantorView {
  const current = view.outstanding.filter((grant) => grant.epoch >= epoch);
  const known = current.some((grant) => grant.epoch === epoch && grant.holder === holder);
  if (known && current.length === view.outstanding.length) return view;
  const inherited = { holder, epoch, until: view.inheritedUntil };
  return { ...view, outstanding: known ? current : [...current, inherited] };
}

/** Until when others' grants keep `member` from being opened; in the past when none does. */
export function closedUntil(view: GrantorView, member: NodeId): number {
  return view.outstanding
    .filter(({ holder }) => holder !== member)
    .reduce((latest, { until }) => Math.max(latest, until), 0);
}

/** May `member` be opened now? A member never waits for its own former grants: its agent is one process. */
export function mayOpen(view: GrantorView, member: NodeId, now: Instant): boolean {
  return closedUntil(view, member) <= now;
}

/** When the last grant that `holder` may have ends, on this coordinator's clock; null: none known. */
export function heldUntil(view: GrantorView, holder: NodeId): Instant | null {
  return view.outstanding
    .filter((grant) => grant.holder === holder)
    .reduce<Instant | null>(
      (latest, { until }) => (latest === null ? until : laterOf(latest, until)),
      null,
    );
}
