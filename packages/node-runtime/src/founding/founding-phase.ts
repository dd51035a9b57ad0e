import {
  foundingDecision,
  type Decision,
  type Entry,
  type FoundingAnswer,
  type FoundingDecision,
} from '@mha4rdb/core';
import { err, ok, type NodeId, type Result } from '@mha4rdb/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../transport/backoff.js';
import type { KnownMember, StandingView } from './standing.js';

/** How a node without a Raft log begins, and who takes part by the members' own word. */
export interface Beginning {
  readonly entry: Entry;
  readonly members: readonly KnownMember[];
}

export interface FoundingOptions {
  readonly me: NodeId;
  readonly cluster: string;
  /** The other members by the configuration. */
  readonly others: readonly KnownMember[];
  readonly ask: (to: KnownMember) => Promise<Result<StandingView, 'no-answer'>>;
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
  /** Whom it waits for is said this often. */
  readonly tellEvery: number;
}

const PACE: FoundingPace = { firstPause: 50, mostPause: 1000, grace: 500, tellEvery: 5000 };

/**
 * Asks every other member of the configuration, again and again, until it is clear whether this node
 * founds a cluster or joins one. An empty directory alone does not tell: it may be new, or it may
 * have held a vote (R8). `foundingDecision` decides; ADR 0013 says why it may.
 */
export class FoundingPhase {
  private readonly heard = new Map<NodeId, StandingView>();
  private readonly silence = new Map<NodeId, string>();
  private readonly ending = new AbortController();

  constructor(private readonly options: FoundingOptions) {}

  /** What it waits for, as a sentence. */
  get waitsFor(): string {
    const decision = this.decision();
    if (decision.kind !== 'wait') return 'this node is about to begin';
    const why = decision.for.map((id) => {
      const address = this.options.others.find((other) => other.id === id)?.address ?? '';
      return `${id} at ${address}: ${this.silence.get(id) ?? 'no answer yet'}`;
    });
    return (
      'this node has no Raft log, and so no vote, until it knows whether the cluster exists: ' +
      `${decision.reason} (${why.join('; ')})`
    );
  }

  /**
   * Waits as long as it takes. `retired`: this id was removed from the cluster; ids are used once.
   */
  async begin(): Promise<Result<Beginning, 'retired'>> {
    const { others, tell } = this.options;
    const { tellEvery } = this.pace;
    const telling = setInterval(() => {
      tell({ event: 'founding-waits', fields: { reason: this.waitsFor } });
    }, tellEvery);
    try {
      if (this.decision().kind === 'wait') {
        await new Promise<void>((decided) => {
          for (const other of others) void this.keepAsking(other, decided);
        });
      }
      await this.waitForTheRest();
      return this.outcome();
    } finally {
      clearInterval(telling);
      this.ending.abort();
    }
  }

  private get pace(): FoundingPace {
    return this.options.pace ?? PACE;
  }

  private decision(): FoundingDecision {
    const { others, wall } = this.options;
    const answers: Record<NodeId, FoundingAnswer> = {};
    for (const [id, { answer }] of this.heard) answers[id] = answer;
    return foundingDecision({ others: others.map(({ id }) => id), answers, wall: wall() });
  }

  private async keepAsking(other: KnownMember, decided: () => void): Promise<void> {
    const { signal } = this.ending;
    const { firstPause: firstMs, mostPause: mostMs } = this.pace;
    const backoff = new Backoff({ firstMs, mostMs });
    while (!signal.aborted) {
      const answer = await this.options.ask(other);
      // What was said once is not taken back by silence.
      if (answer.ok) this.heard.set(other.id, answer.value);
      else this.silence.set(other.id, answer.error.message);
      if (this.decision().kind !== 'wait') decided();
      await sleep(backoff.next(), undefined, { signal }).catch(() => undefined);
    }
  }

  /** A joining node lets the others answer too: they may know a later life of it, or its removal. */
  private async waitForTheRest(): Promise<void> {
    const { grace, firstPause } = this.pace;
    const end = performance.now() + grace;
    const tried = ({ id }: KnownMember): boolean => this.heard.has(id) || this.silence.has(id);
    const joins = (): boolean => {
      const decision = this.decision();
      return decision.kind === 'start' && decision.entry.kind === 'join';
    };
    while (joins() && !this.options.others.every(tried) && performance.now() < end) {
      await sleep(firstPause);
    }
  }

  private outcome(): Result<Beginning, 'retired'> {
    const { me, cluster, tell } = this.options;
    const decision = this.decision();
    if (decision.kind !== 'start') {
      return err(
        'retired',
        `${me} was removed from cluster ${cluster}, and ids are used once`,
        'give this host a new id in node and members, then: mhactl member add',
      );
    }
    const { entry } = decision;
    const formed = [...this.heard].filter(([, view]) => view.answer.formed);
    tell({
      event: entry.kind === 'found' ? 'founding' : 'joining',
      fields: fieldsOf(entry, formed),
    });
    const members = new Map<NodeId, KnownMember>();
    for (const [, view] of formed)
      for (const member of view.members) members.set(member.id, member);
    return ok({ entry, members: [...members.values()] });
  }
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
