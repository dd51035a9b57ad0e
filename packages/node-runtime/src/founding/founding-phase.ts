import {
  askingAnswer,
  foundingDecision,
  type Contact,
  type Decision,
  type Entry,
  type Founding,
  type FoundingAnswer,
  type FoundingDecision,
} from '@mha4rdb/core';
import { err, LIMITS, ok, type NodeId, type Result } from '@mha4rdb/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../transport/backoff.js';
import type { StandingView } from './standing.js';

/** How a node without a Raft log begins, and who takes part by the members' own word. */
export interface Beginning {
  readonly entry: Entry;
  readonly members: readonly Contact[];
}

export interface FoundingOptions {
  readonly me: NodeId;
  /** What this node is configured with, itself among the members. */
  readonly founding: Founding;
  readonly ask: (to: Contact) => Promise<Result<StandingView, 'no-answer'>>;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  readonly tell: (decision: Decision) => void;
  readonly pace?: FoundingPace;
}

/** Milliseconds. */
export interface FoundingPace {
  readonly firstPause: number;
  readonly mostPause: number;
  /** So long may the others still answer once one says that the cluster is formed. */
  readonly grace: number;
  /** Whom it waits for is said this often, and what was refused at once. */
  readonly tellEvery: number;
}

const PACE: FoundingPace = { firstPause: 50, mostPause: 1000, grace: 500, tellEvery: 5000 };

/** What ends the asking. */
type Settled = Extract<FoundingDecision, { readonly kind: 'start' | 'retired' }>;

/**
 * Asks every other member of the configuration, again and again, until it is clear whether this node
 * founds a cluster or joins one. An empty directory alone does not tell: it may be new, or it may
 * have held a vote (R8). `foundingDecision` decides; ADR 0013 says why it may. What people have to
 * change is said in log and status, and the asking goes on: once it is changed elsewhere, this node
 * needs no restart.
 */
export class FoundingPhase {
  private readonly others: readonly Contact[];
  private readonly heard = new Map<NodeId, StandingView>();
  private readonly silence = new Map<NodeId, string>();
  private readonly ending = new AbortController();
  private joined = false;
  private refusalTold = '';
  private onAnswer = (): void => undefined;

  constructor(private readonly options: FoundingOptions) {
    const { me, founding } = options;
    this.others = founding.members.filter(({ id }) => id !== me);
  }

  /** This node's directory is no empty one: it founds none, and says that there is a cluster. */
  beganBefore(): void {
    this.joined = true;
  }

  /** What it waits for, or what has to be changed, as a sentence. */
  get waitsFor(): string {
    const decision = this.decision();
    switch (decision.kind) {
      case 'refused':
        return `${decision.reason}; ${decision.remedy}`;
      case 'wait':
        return (
          'this node has no Raft log, and so no vote, until it knows whether the cluster exists: ' +
          `${decision.reason} (${this.silenceOf(decision.for)})`
        );
      default:
        return 'this node is about to begin';
    }
  }

  /** What it answers to another node that asks the same. */
  get answer(): FoundingAnswer {
    return askingAnswer(this.joined ? null : this.options.founding);
  }

  /** Asks no more: `begin` ends with `ended`. */
  end(): void {
    this.ending.abort();
    this.onAnswer();
  }

  /**
   * Waits as long as it takes. `retired`: this id was removed from the cluster; ids are used once.
   */
  async begin(): Promise<Result<Beginning, 'retired' | 'ended'>> {
    const telling = setInterval(() => this.tellWaiting(), this.pace.tellEvery);
    try {
      if (this.settled() === null) for (const other of this.others) void this.keepAsking(other);
      const settled = await this.settling();
      return settled === null
        ? err('ended', `${this.waitsFor}; it was stopped`)
        : this.outcome(settled);
    } finally {
      clearInterval(telling);
      this.ending.abort();
    }
  }

  private get pace(): FoundingPace {
    return this.options.pace ?? PACE;
  }

  private decision(): FoundingDecision {
    const { me, founding, wall } = this.options;
    const answers: Record<NodeId, FoundingAnswer> = {};
    for (const [id, { answer }] of this.heard) answers[id] = answer;
    return foundingDecision({ me, founding, answers, joined: this.joined, wall: wall() });
  }

  private settled(): Settled | null {
    const decision = this.decision();
    return decision.kind === 'start' || decision.kind === 'retired' ? decision : null;
  }

  /** A later answer may take back what an earlier one had settled. Null: ended before. */
  private async settling(): Promise<Settled | null> {
    while (!this.ending.signal.aborted) {
      if (this.settled() !== null) {
        await this.waitForTheRest();
        const settled = this.settled();
        if (settled !== null) return settled;
      }
      await new Promise<void>((answered) => {
        this.onAnswer = answered;
      });
    }
    return null;
  }

  private async keepAsking(other: Contact): Promise<void> {
    const { signal } = this.ending;
    const { firstPause: firstMs, mostPause: mostMs } = this.pace;
    const backoff = new Backoff({ firstMs, mostMs });
    while (!signal.aborted) {
      const answer = await this.options.ask(other);
      // What was said once is not taken back by silence.
      if (answer.ok) this.heard.set(other.id, answer.value);
      else this.silence.set(other.id, answer.error.message);
      this.tellNewRefusal();
      this.onAnswer();
      await sleep(backoff.next(), undefined, { signal }).catch(() => undefined);
    }
  }

  private tellWaiting(): void {
    const decision = this.decision();
    if (decision.kind === 'refused') this.tellRefusal(decision);
    else this.options.tell({ event: 'founding-waits', fields: { reason: this.waitsFor } });
  }

  private tellNewRefusal(): void {
    const decision = this.decision();
    if (decision.kind !== 'refused') this.refusalTold = '';
    else if (decision.reason !== this.refusalTold) this.tellRefusal(decision);
  }

  private tellRefusal(refused: Extract<FoundingDecision, { readonly kind: 'refused' }>): void {
    const { code, reason, remedy } = refused;
    this.refusalTold = reason;
    this.options.tell({ event: 'founding-refused', fields: { code, reason, remedy } });
  }

  private silenceOf(ids: readonly NodeId[]): string {
    const whys = ids.map((id) => {
      const address = this.others.find((other) => other.id === id)?.address ?? '';
      const said = this.heard.has(id) ? 'it has no list yet' : this.silence.get(id);
      return `${id} at ${address}: ${said ?? 'no answer yet'}`;
    });
    return whys.join('; ');
  }

  /** A joining node lets the others answer too: they may know a later life of it, or its removal. */
  private async waitForTheRest(): Promise<void> {
    const { grace, firstPause } = this.pace;
    const end = performance.now() + grace;
    const tried = ({ id }: Contact): boolean => this.heard.has(id) || this.silence.has(id);
    const joins = (): boolean => {
      const decision = this.decision();
      return decision.kind === 'start' && decision.entry.kind === 'join';
    };
    while (joins() && !this.others.every(tried) && performance.now() < end) {
      await sleep(firstPause);
    }
  }

  private outcome(decision: Settled): Result<Beginning, 'retired'> {
    const { me, founding, tell } = this.options;
    if (decision.kind === 'retired') {
      return err(
        'retired',
        `${me} was removed from cluster ${founding.name}, and ids are used once`,
        'give this host a new id in node and members, then: mhactl member add',
      );
    }
    const { entry } = decision;
    const formed = [...this.heard].filter(([, view]) => view.answer.formed);
    tell({
      event: entry.kind === 'found' ? 'founding' : 'joining',
      fields: fieldsOf(entry, formed),
    });
    return ok({ entry, members: contactsIn(formed.map(([, view]) => view.members)) });
  }
}

/** Everybody whom one of these lists names, once, and no more than a cluster can have. */
function contactsIn(lists: readonly (readonly Contact[])[]): readonly Contact[] {
  const known = new Map<NodeId, Contact>();
  for (const { id, address } of lists.flat()) known.set(id, { id, address });
  return [...known.values()].slice(0, LIMITS.members);
}

function fieldsOf(
  entry: Entry,
  formed: readonly (readonly [NodeId, StandingView])[],
): Readonly<Record<string, unknown>> {
  if (entry.kind === 'found') return {};
  return {
    life: entry.life,
    formedBy: formed.map(([id]) => id),
    reason: 'this node takes part once a committed entry admits it (R8)',
  };
}
