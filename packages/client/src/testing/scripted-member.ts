import {
  createSecureServer,
  createServer,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ConnectError } from '@connectrpc/connect';
import { Code, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { ClusterService, type WatchResponseSchema } from '../gen/mha4rdb/v1/cluster_service_pb.js';
import { DiagnosisService } from '../gen/mha4rdb/v1/diagnosis_service_pb.js';
import type { GetStatusResponse } from '../gen/mha4rdb/v1/status_pb.js';
import { leaderIn } from '../status/leader.js';
import { statusOf } from '../status/cluster-status.js';
import {
  refusal,
  type OrderKind,
  type ScriptedCluster,
  type StatusInit,
} from './scripted-cluster.js';
import type { MessageInitShape } from '@bufbuild/protobuf';

type WatchMessage = MessageInitShape<typeof WatchResponseSchema>;

export interface MemberOptions {
  /** A free one by default. */
  readonly port?: number;
  /** Answer https with these; http by default. */
  readonly tls?: Pick<SecureServerOptions, 'ca' | 'cert' | 'key' | 'requestCert'>;
}

/** A member of a scripted cluster that answers on a real socket of the loopback. */
export interface ScriptedMember {
  readonly id: string;
  /** HOST:PORT. */
  readonly address: string;
  /** How many calls arrived, by method name. */
  readonly calls: ReadonlyMap<string, number>;
  /** The `authorization` header of the last status call. */
  lastAuthorization(): string | null;
  /** What this member says otherwise than the others, e.g. `{ stale: true }`. */
  says(fields: StatusInit): void;
  /** Every call after this fails with this error; null ends it. */
  fails(error: ConnectError | null): void;
  /** Cuts all connections and refuses new ones. */
  stop(): Promise<void>;
}

export async function startMember(
  cluster: ScriptedCluster,
  id: string,
  { port = 0, tls }: MemberOptions = {},
): Promise<ScriptedMember> {
  const script = new Script(cluster, id);
  const sessions = new Set<ServerHttp2Session>();
  const handler = connectNodeAdapter({ routes: (router) => routes(router, script, cluster) });
  const server = tls === undefined ? createServer(handler) : createSecureServer(tls, handler);
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    id,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: script.calls,
    lastAuthorization: () => script.authorization,
    says: (fields) => script.says(fields),
    fails: (error) => {
      script.failure = error;
    },
    stop: async () => {
      script.stopped = true;
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

class Script {
  readonly calls = new Map<string, number>();
  stopped = false;
  failure: ConnectError | null = null;
  authorization: string | null = null;
  private own: StatusInit = {};
  private wake: () => void = () => undefined;

  constructor(
    private readonly cluster: ScriptedCluster,
    readonly id: string,
  ) {}

  says(fields: StatusInit): void {
    this.own = fields;
    this.wake();
  }

  status(): GetStatusResponse {
    const status = { ...this.cluster.status, answeredBy: this.id, ...this.own };
    return status as GetStatusResponse;
  }

  count(method: string): void {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
    if (this.failure !== null) throw this.failure;
  }

  async *watch(after: bigint | undefined, signal: AbortSignal): AsyncGenerator<WatchMessage> {
    const { cluster } = this;
    let sent = after ?? BigInt(cluster.revision);
    const gap = sent < BigInt(cluster.forgotten);
    let status = this.status();
    yield { revision: BigInt(cluster.revision), body: { case: 'status', value: status }, gap };
    for (;;) {
      const changed = this.nextChange(signal);
      for (const event of cluster.events.filter(
        ({ revision }) => revision > sent && revision > BigInt(cluster.forgotten),
      )) {
        yield { revision: BigInt(cluster.revision), body: { case: 'event', value: event } };
      }
      sent = sent > BigInt(cluster.revision) ? sent : BigInt(cluster.revision);
      const now = this.status();
      if (JSON.stringify(statusOf(now)) !== JSON.stringify(statusOf(status))) {
        status = now;
        yield { revision: BigInt(cluster.revision), body: { case: 'status', value: status } };
      }
      await changed;
    }
  }

  /** A watcher that is gone is never woken again: what cannot be sent would only be complained of. */
  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        if (signal.aborted || this.stopped) return;
        release();
        resolve();
      };
      const release = this.cluster.onChange(done);
      this.wake = done;
    });
  }
}

function routes(router: ConnectRouter, script: Script, cluster: ScriptedCluster): void {
  const order = async (
    kind: OrderKind,
    request: { $typeName: string; readonly operationId: string; readonly dryRun: boolean },
  ): Promise<Record<string, unknown> & { operationId: string }> => {
    script.count(kind);
    const { $typeName, ...fields } = request;
    const received = { ...fields, kind, at: script.id };
    cluster.orders.push(received);
    return { operationId: request.operationId, ...(await cluster.answer(received)) };
  };
  router.service(DiagnosisService, {
    examineCluster: () => {
      script.count('examineCluster');
      return { ...cluster.diagnosis, answeredBy: script.id };
    },
  });
  router.service(ClusterService, {
    getStatus: (_request, { requestHeader }) => {
      script.authorization = requestHeader.get('authorization');
      script.count('getStatus');
      return script.status();
    },
    getLeader: () => {
      script.count('getLeader');
      const leader = leaderIn(statusOf(script.status()));
      if (leader === null) throw refusal(Code.Unavailable, 'no-primary', 'no primary now');
      const { id, database, epoch, vip } = leader;
      return { leader: { id, database, epoch: BigInt(epoch), ...(vip === null ? {} : { vip }) } };
    },
    watch: ({ afterRevision }, context: HandlerContext) => {
      script.count('watch');
      return script.watch(afterRevision, context.signal);
    },
    getHistory: ({ last, id }) => {
      script.count('getHistory');
      const items = cluster.history.filter((item) => id === '' || item.id === id);
      if (id !== '' && items.length === 0) {
        throw refusal(Code.NotFound, 'unknown-operation', `there is no ${id} in the history`);
      }
      return { items: last === 0 ? items : items.slice(-last) };
    },
    explain: () => {
      script.count('explain');
      return cluster.explanation;
    },
    switchover: (request) => order('switchover', request),
    cancelSwitchover: (request) => order('cancelSwitchover', request),
    failover: (request) => order('failover', request),
    pause: (request) => order('pause', request),
    resume: (request) => order('resume', request),
    setMaintenance: (request) => order('setMaintenance', request),
    getSettings: () => cluster.settings,
    updateSettings: (request) => order('updateSettings', request),
    restart: (request) => order('restart', request),
    reinitialize: (request) => order('reinitialize', request),
    addMember: (request) => order('addMember', request),
    removeMember: (request) => order('removeMember', request),
    changeMember: (request) => order('changeMember', request),
  });
}
