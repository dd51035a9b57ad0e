import { setMaxListeners } from 'node:events';
import { ClusterError } from './cluster-error.js';
import type { Cluster, Settings } from './cluster.js';
import { askAny, type Question } from './connection/ask-any.js';
import { openConnection, type TlsOptions } from './connection/connection.js';
import { Deadline, type CallOptions } from './connection/deadline.js';
import { endpointOf, type Endpoint } from './connection/endpoint.js';
import { MemberList } from './connection/member-list.js';
import type { ClusterEvent } from './events/cluster-event.js';
import { adminOf } from './orders/admin.js';
import { statusOf, type ClusterStatus } from './status/cluster-status.js';
import { diagnosisOf, type Diagnosis } from './status/diagnosis.js';
import { explanationOf } from './status/explanation.js';
import { historyItemOf, type HistoryItem } from './status/history.js';
import { leaderIn, replicasIn, type Leader } from './status/leader.js';
import { follow } from './watch/follow.js';
import { Listeners } from './watch/listeners.js';

export interface ConnectOptions {
  /** HOST:PORT of some members; the others are learned. https unless `insecure`. */
  readonly endpoints: readonly string[];
  /** An operator's or viewer's token. */
  readonly token?: string | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Speak http. Only for loopback and private networks. */
  readonly insecure?: boolean | undefined;
  /** For each call that says nothing else; milliseconds, 10 000 by default. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 10_000;
const PRIMARY_POLL_MS = 200;
/** Members look for some seconds, and wait longer for those that do not answer. */
const DIAGNOSE_MS = 30_000;

/** Connects lazily: the first call or watch opens the first connection. */
export function connectCluster(options: ConnectOptions): Cluster {
  const insecure = options.insecure ?? false;
  const endpoints = options.endpoints.map((text) => endpointOf(text, insecure));
  if (endpoints.length === 0) {
    throw new ClusterError('invalid_argument', 'bad-endpoint', 'no endpoint is given', {
      remedy: 'give the HOST:PORT of at least one member',
    });
  }
  const members = new MemberList(
    endpoints,
    (address) => learnedEndpoint(address, insecure),
    (endpoint) => openConnection(endpoint, options),
  );
  return clusterOf(members, options.timeoutMs ?? TIMEOUT_MS);
}

function clusterOf(members: MemberList, timeoutMs: number): Cluster {
  const closing = new AbortController();
  // Every call in flight listens to it.
  setMaxListeners(0, closing.signal);
  const deadline = (call: CallOptions): Deadline =>
    new Deadline(call.timeoutMs ?? timeoutMs, [
      closing.signal,
      ...(call.signal === undefined ? [] : [call.signal]),
    ]);
  const ask = <Answer>(call: CallOptions, question: Question<Answer>): Promise<Answer> =>
    askAny(members, deadline(call), question);
  const events = (signal?: AbortSignal, fromRevision?: number): AsyncGenerator<ClusterEvent> =>
    follow(
      members,
      signal === undefined ? [closing.signal] : [closing.signal, signal],
      fromRevision,
      (status) => members.learn(status),
    );
  const listeners = new Listeners(events, (milliseconds, signal) =>
    new Deadline(Infinity, [closing.signal, signal]).pause(milliseconds),
  );
  const status = async (call: CallOptions = {}): Promise<ClusterStatus> => {
    const answer = await ask(call, STATUS);
    members.learn(answer);
    return answer;
  };
  const leader = async (call: CallOptions = {}): Promise<Leader> => primaryOf(await status(call));
  const history = (
    call: CallOptions & { readonly last?: number; readonly id?: string } = {},
  ): Promise<readonly HistoryItem[]> => ask(call, historyQuestion(call.last ?? 0, call.id ?? ''));
  return {
    leader,
    status,
    history,
    replicas: async (call = {}) => replicasIn(await status(call), call.maxLagBytes),
    explain: (call = {}) => ask(call, EXPLAIN),
    settings: (call = {}) => ask(call, SETTINGS),
    diagnose: (call = {}) => ask({ timeoutMs: DIAGNOSE_MS, ...call }, DIAGNOSE),
    whenPrimary: (call = {}) =>
      waitForPrimary(
        deadline({ ...call, timeoutMs: call.timeoutMs ?? Infinity }),
        leader,
        call.signal,
      ),
    watch: ({ signal, fromRevision } = {}) => events(signal, fromRevision),
    on(name, listener) {
      listeners.add(name, listener);
      return this;
    },
    off(name, listener) {
      listeners.remove(name, listener);
      return this;
    },
    admin: adminOf({ members, deadline, status, history }),
    close: async () => {
      closing.abort(new ClusterError('canceled', 'closed', 'the cluster client is closed'));
      await listeners.stop();
      members.close();
    },
  };
}

const STATUS: Question<ClusterStatus> = {
  what: 'status',
  ask: async ({ service }, options) => statusOf(await service.getStatus({}, options)),
  isGood: ({ stale }) => !stale,
};

const EXPLAIN: Question<ReturnType<typeof explanationOf>> = {
  what: 'explain',
  ask: async ({ service }, options) => explanationOf(await service.explain({}, options)),
};

const SETTINGS: Question<Settings> = {
  what: 'settings',
  ask: async ({ service }, options) => {
    const { revision, settings } = await service.getSettings({}, options);
    return {
      revision: Number(revision),
      settings: settings.map(({ key, value }) => ({ key, value })),
    };
  },
};

const DIAGNOSE: Question<Diagnosis> = {
  what: 'diagnose',
  patienceMs: DIAGNOSE_MS / 2,
  ask: async ({ diagnosis }, options) => diagnosisOf(await diagnosis.examineCluster({}, options)),
};

function historyQuestion(last: number, id: string): Question<readonly HistoryItem[]> {
  return {
    what: 'history',
    ask: async ({ service }, options) =>
      (await service.getHistory({ last, id }, options)).items.map(historyItemOf),
  };
}

/** A status from a member that has lost the others names a primary that may be gone by now. */
function primaryOf(status: ClusterStatus): Leader {
  const leader = status.stale ? null : leaderIn(status);
  if (leader !== null) return leader;
  throw new ClusterError(
    'unavailable',
    'no-primary',
    `${status.cluster} has no primary now${status.reasons.map((reason) => `; ${reason}`).join('')}`,
    { remedy: 'wait for one with whenPrimary(), or ask explain() what is missing' },
  );
}

async function waitForPrimary(
  deadline: Deadline,
  leader: (call: CallOptions) => Promise<Leader>,
  signal: AbortSignal | undefined,
): Promise<Leader> {
  while (!deadline.over) {
    try {
      return await leader({ signal, timeoutMs: Math.min(deadline.leftMs, TIMEOUT_MS) });
    } catch (error) {
      if (!(error instanceof ClusterError) || !isTransient(error)) throw error;
    }
    await deadline.pause(PRIMARY_POLL_MS);
  }
  throw deadline.error('waiting for a primary');
}

function isTransient({ code }: ClusterError): boolean {
  return code === 'unavailable' || code === 'deadline_exceeded';
}

function learnedEndpoint(address: string, insecure: boolean): Endpoint | null {
  try {
    return endpointOf(address, insecure);
  } catch {
    return null;
  }
}
