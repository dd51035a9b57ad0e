import { configurationOf } from '@mha4rdb/core';
import type {
  ActionOutcome,
  Command,
  FenceWish,
  MemberRecord,
  MemberReport,
  NodeEvent,
  NodeState,
} from '@mha4rdb/core';
import {
  encodeCanonical,
  incarnationOf,
  InvariantError,
  logIndexOf,
  type DatabaseObservation,
  type NodeId,
  type Term,
} from '@mha4rdb/kernel';
import { Interner } from '../exploration/interner.js';
import type { ClusterCode } from './code.js';
import {
  BASE_INDEX,
  CLUSTER,
  COORDINATOR,
  FIRST_TERM,
  foundedState,
  foundingOf,
  TIMING,
  type Setting,
} from './founding.js';
import {
  GRANT_END,
  lastTerm,
  LONG_AGO,
  NOW,
  textOfNode,
  timelessCommand,
  timelessNode,
  timelessReport,
} from './timeless-node.js';

/** What a member's agent can be told. */
export type Told =
  | { readonly kind: 'entry'; readonly command: Command; readonly term: Term }
  /** A look; the standbys in `lost` were silent for longer than patience lasts. */
  | {
      readonly kind: 'look';
      readonly database: DatabaseObservation;
      readonly lost: readonly NodeId[];
    }
  | {
      readonly kind: 'ended';
      readonly outcome: ActionOutcome;
      readonly look: DatabaseObservation | null;
    }
  | { readonly kind: 'recorded' }
  /** So much of the grant is over that the holder begins to fence itself. */
  | { readonly kind: 'grantEnds' }
  /** A later life has waited for as long as a former grant can last. */
  | { readonly kind: 'inheritanceEnds' };

/** What the agent did, in interned parts. */
export interface Stepped {
  readonly node: number;
  readonly proposals: readonly number[];
  /** What the kernel shall enforce now; null: what it did. */
  readonly wish: FenceWish['kind'] | null;
  readonly broken: string | null;
}

/** Steps whole nodes of core, each distinct (state, told, port) once. */
export class MemberSteps {
  readonly nodes = new Interner<NodeState>();
  readonly commands = new Interner<Command>();
  readonly records = new Interner<MemberRecord>();
  readonly reports = new Interner<MemberReport>();
  private readonly known = new Map<string, Stepped>();
  private readonly reportsOf: number[] = [];

  constructor(
    private readonly setting: Setting,
    private readonly code: ClusterCode,
  ) {}

  get calls(): number {
    return this.known.size;
  }

  /** `key` names `told` within this model; `told` is made only when it is new. */
  step(node: number, open: boolean, key: string, told: () => Told): Stepped {
    const full = `${node} ${open ? 1 : 0} ${key}`;
    const known = this.known.get(full);
    if (known !== undefined) return known;
    const stepped = this.guarded(() => this.run(this.nodes.get(node), open, told()));
    this.known.set(full, stepped);
    return stepped;
  }

  /** An agent that starts from what its disk holds, and has heard its coordinator once. */
  start(me: NodeId, incarnation: number, record: number, open: boolean): Stepped {
    const full = `start ${me} ${incarnation} ${record} ${open ? 1 : 0}`;
    const known = this.known.get(full);
    if (known !== undefined) return known;
    const stepped = this.guarded(() => this.begin(me, incarnation, record, open));
    this.known.set(full, stepped);
    return stepped;
  }

  command(command: Command): number {
    const timeless = timelessCommand(command);
    return this.commands.intern(encodeCanonical(timeless), timeless);
  }

  record(record: MemberRecord): number {
    return this.records.intern(encodeCanonical(record), record);
  }

  /** What this node reports, as the coordinator reads it. */
  reportOf(node: number): number {
    return this.reportsOf[node] ?? 0;
  }

  private begin(me: NodeId, incarnation: number, record: number, open: boolean): Stepped {
    const machine = foundedState(this.setting);
    const configuration = configurationOf([...machine.members.map(({ id }) => id), COORDINATOR]);
    const snapshot = { index: BASE_INDEX, term: FIRST_TERM, configuration, machine };
    const hardState = { term: FIRST_TERM, votedFor: COORDINATOR };
    const started = this.code.startNode(
      {
        me,
        role: 'data',
        timing: TIMING,
        founding: foundingOf(this.setting),
        incarnation: incarnationOf(incarnation),
        entry: { kind: 'found' },
        nonce: 'nonce',
        seed: 0,
      },
      {
        raft: { hardState, snapshot, entries: [] },
        member: this.code.recordAtStart(this.records.get(record)),
      },
      NOW,
      0,
    );
    const fed = new Feeding(this.code, started.state);
    fed.host(open);
    fed.entries(BASE_INDEX, FIRST_TERM, FIRST_TERM, []);
    return this.interned(fed);
  }

  private run(node: NodeState, open: boolean, told: Told): Stepped {
    const fed = new Feeding(this.code, node);
    if (node.member?.host.open !== open) fed.host(open);
    switch (told.kind) {
      case 'entry': {
        const { applied } = node.raft;
        const index = logIndexOf(applied + 1);
        const payload = { kind: 'command', command: told.command } as const;
        fed.entries(applied, lastTerm(node.raft), told.term, [{ index, term: told.term, payload }]);
        break;
      }
      case 'look':
        fed.patience(told.lost);
        fed.event({ type: 'observed', now: NOW, wall: 0, startedAt: NOW, database: told.database });
        break;
      case 'ended': {
        const { outcome } = told;
        const look = told.look && { startedAt: NOW, database: told.look };
        const id = node.member?.running?.id ?? 0;
        fed.event({ type: 'actionEnded', now: NOW, wall: 0, id, outcome, look });
        break;
      }
      case 'recorded':
        fed.event({
          type: 'memberPersisted',
          now: NOW,
          wall: 0,
          ticket: node.member?.writing?.ticket ?? 0,
        });
        break;
      case 'grantEnds': {
        const now = (GRANT_END - TIMING.margin) as typeof NOW;
        fed.event({ type: 'tick', now, wall: 0 });
        break;
      }
      case 'inheritanceEnds':
        fed.age();
        fed.event({ type: 'tick', now: NOW, wall: 0 });
        break;
    }
    return this.interned(fed);
  }

  private interned(fed: Feeding): Stepped {
    const node = timelessNode(fed.node);
    const id = this.nodes.intern(encodeCanonical(textOfNode(node)), node);
    if (fed.report !== null) {
      const report = timelessReport(fed.report);
      this.reportsOf[id] = this.reports.intern(encodeCanonical(report), report);
    }
    const proposals = [...new Set(fed.proposals.map((command) => this.command(command)))];
    return { node: id, proposals, wish: fed.wish, broken: null };
  }

  private guarded(run: () => Stepped): Stepped {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      return { node: 0, proposals: [], wish: null, broken: error.message };
    }
  }
}

/** One node that is fed events, and what came of them. */
class Feeding {
  readonly proposals: Command[] = [];
  wish: FenceWish['kind'] | null = null;
  report: MemberReport | null = null;

  constructor(
    private readonly code: ClusterCode,
    public node: NodeState,
  ) {}

  event(event: NodeEvent): void {
    const { state, effects } = this.code.stepNode(this.node, event);
    this.node = state;
    for (const effect of effects) {
      if (effect.type === 'fence') this.wish = effect.wish.kind;
      if (effect.type === 'persistRaft') {
        const { ticket } = effect.persist;
        this.event({ type: 'raftPersisted', now: event.now, wall: 0, ticket });
      }
      if (effect.type !== 'send') continue;
      if (effect.message.kind === 'proposal') this.proposals.push(effect.message.command);
      if (effect.message.kind === 'report') this.report = effect.message.report;
    }
  }

  host(open: boolean): void {
    const host = { fencing: 'port', vip: open, vips: [], vipMs: 0, open };
    this.event({ type: 'hostObserved', now: NOW, wall: 0, host });
  }

  /** The coordinator's log goes on after `previous`; all of it is committed. */
  entries(
    previous: number,
    previousTerm: Term,
    term: Term,
    entries: readonly {
      index: ReturnType<typeof logIndexOf>;
      term: Term;
      payload: { kind: 'command'; command: Command };
    }[],
  ): void {
    this.event({
      type: 'received',
      now: NOW,
      wall: 0,
      from: COORDINATOR,
      message: {
        kind: 'raft',
        message: {
          kind: 'append',
          clusterName: CLUSTER,
          from: COORDINATOR,
          to: this.node.raft.options.id,
          term,
          prevIndex: logIndexOf(previous),
          prevTerm: previousTerm,
          entries,
          commit: logIndexOf(previous + entries.length),
          sentAt: NOW,
        },
      },
    });
  }

  /** Nobody in `lost` was heard for long, all others a moment ago. */
  patience(lost: readonly NodeId[]): void {
    const { member, cluster } = this.node;
    if (member === null || lost.length === 0) return;
    const others = cluster.members.filter(({ id }) => !lost.includes(id));
    const streamedAt = Object.fromEntries(others.map(({ id }) => [id, (NOW - 1) as typeof NOW]));
    const gate = member.gate && { ...member.gate, confirmedAt: LONG_AGO };
    this.node = { ...this.node, member: { ...member, streamedAt, gate } };
  }

  age(): void {
    const { member } = this.node;
    if (member === null) return;
    this.node = { ...this.node, member: { ...member, startedAt: LONG_AGO } };
  }
}
