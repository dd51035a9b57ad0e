import type { MemberView, StatusView } from './cluster-queries.js';

export interface ProbeAnswer {
  readonly status: 200 | 503;
  readonly body: string;
}

type Probe = (self: MemberView | undefined, view: StatusView) => boolean;

/** Standbys that serve reads. */
const isStandby: Probe = (self) => self?.state === 'standby' && self.health === 'ok';
const isPrimary: Probe = (self, view) =>
  self?.state === 'primary' && view.primary === self.id && (self.grantMs ?? 0) > 0;
const isArbiter: Probe = (self) => self?.state === 'arbiter';
const knowsCoordinator: Probe = (_self, view) => view.coordinator !== null && !view.stale;

/**
 * What load balancers and orchestrators ask, in the words that users of Patroni know. `liveness` says
 * only that this process answers: restarting it because the cluster is in trouble would help nobody.
 */
const PROBES: Readonly<Record<string, Probe>> = {
  '/primary': isPrimary,
  '/replica': isStandby,
  '/sync': (self, view) => isStandby(self, view) && self?.sync === true,
  '/health': (self, view) =>
    isPrimary(self, view) || isStandby(self, view) || isArbiter(self, view),
  '/readiness': (self, view) =>
    knowsCoordinator(self, view) &&
    (isPrimary(self, view) || isStandby(self, view) || isArbiter(self, view)),
  '/liveness': () => true,
};

/** The answer to `GET path`, or `undefined` where there is no such probe. */
export function answerProbe(path: string, status: () => StatusView): ProbeAnswer | undefined {
  const probe = Object.hasOwn(PROBES, path) ? PROBES[path] : undefined;
  if (probe === undefined) return undefined;
  const view = status();
  const self = view.members.find(({ id }) => id === view.answeredBy);
  const body = {
    cluster: view.cluster,
    node: view.answeredBy,
    state: self?.state ?? 'unknown',
    health: self?.health ?? 'unknown',
    primary: view.primary,
    epoch: view.epoch,
  };
  return { status: probe(self, view) ? 200 : 503, body: `${JSON.stringify(body)}\n` };
}
