import { historyOf, MARKERS_SQL, numberOf, GREATEST_TERM } from '@mha4rdb/db-probe';
import type { TimelineSwitch } from '@mha4rdb/kernel';
import type { Deadline } from '../postgres/deadline.js';
import { readIfThere, writeDurably } from '../postgres/durable-file.js';
import { EngineFailure } from '../postgres/failure.js';
import type { Session } from '../postgres/session.js';
import { lockOf } from './connection-lock.js';
import { control, controlFailure } from './control.js';
import { peersOf, withGauss, type GaussContext } from './context.js';
import { changeSettings } from './reload.js';
import { isCandidate, isPrimary, roleOf, type RoleView } from './role.js';

/** Where a promotion began; on disk before it begins, until its marker is written. */
export interface PromotionNote {
  readonly term: number;
  readonly fromTerm: number;
  readonly switchLsn: number;
}

const POLL_MS = 20;

/**
 * Turns the sealed standby into a primary by `failover -T`, with a term above the one in its log.
 * The program's exit code and words are not believed: the server has to say twice, as its role and as
 * the end of its recovery, that it is primary. The term goes into the log at once, so that whoever
 * copies from here carries it.
 */
export async function promote(context: GaussContext, deadline: Deadline): Promise<TimelineSwitch> {
  const before = await withGauss(context, deadline, async (session) => {
    const view = await roleOf(session, deadline);
    if (!isPrimary(view)) await requireSealed(context, session, view, deadline);
    return view;
  });
  if (!isPrimary(before)) await failover(context, before, deadline);
  return withGauss(context, deadline, async (session) => {
    const view = await roleOf(session, deadline);
    if (!isPrimary(view))
      throw new EngineFailure('refused', `it is no primary: ${view.verdict.sentence}`);
    await session.rows('select gs_write_term_log()', deadline);
    return switchOf(context, session, view, deadline);
  });
}

async function requireSealed(
  context: GaussContext,
  session: Session,
  view: RoleView,
  deadline: Deadline,
): Promise<void> {
  if (!isCandidate(view)) {
    throw new EngineFailure('refused', `it cannot be promoted: ${view.verdict.sentence}`);
  }
  if (peersOf(context).length === 0) return;
  const { mode } = await lockOf(session, deadline);
  if (mode === 'prohibit_connection') return;
  throw new EngineFailure('refused', `the standby may still follow (${mode})`, 'Seal it first.');
}

async function failover(
  context: GaussContext,
  { at }: RoleView,
  deadline: Deadline,
): Promise<void> {
  const known = await readNote(context);
  const term = Math.max(at.term, known?.term ?? 0) + 1;
  if (term > GREATEST_TERM) throw new EngineFailure('refused', 'the term would exceed 32 bits');
  const note: PromotionNote = { term, fromTerm: at.term, switchLsn: at.lsn };
  await writeDurably(context.promotionFile, JSON.stringify(note), context.config.osUser);
  // None of its readers may become a writer before the gate (protocol §6).
  await changeSettings(context, { admits: 'replication' }, deadline);
  const outcome = await control(context, 'failover', ['-T', String(term)], deadline);
  const isDone = async (): Promise<boolean> =>
    withGauss(context, deadline, async (session) => isPrimary(await roleOf(session, deadline)));
  const surely = outcome.kind === 'said-done' || outcome.kind === 'timed-out';
  const done = surely ? await deadline.until(POLL_MS, isDone) : await isDone();
  if (!done) throw controlFailure('failover', outcome);
}

export async function readNote({
  promotionFile,
}: GaussContext): Promise<PromotionNote | undefined> {
  const text = await readIfThere(promotionFile);
  return text === undefined ? undefined : (JSON.parse(text) as PromotionNote);
}

async function switchOf(
  context: GaussContext,
  session: Session,
  view: RoleView,
  deadline: Deadline,
): Promise<TimelineSwitch> {
  const markers =
    numberOf(view.row['marker_tables']) === 1 ? await session.rows(MARKERS_SQL, deadline) : [];
  const earlier = historyOf(markers);
  const note = await readNote(context);
  if (note === undefined || note.term !== view.at.term) {
    return { timeline: view.at.term, switchLsn: earlier.at(-1)?.switchLsn ?? 0, history: earlier };
  }
  const { fromTerm, switchLsn, term } = note;
  return { timeline: term, switchLsn, history: [...earlier, { timeline: fromTerm, switchLsn }] };
}
