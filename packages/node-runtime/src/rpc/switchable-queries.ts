import type { ClusterQueries } from './cluster-queries.js';

/** Queries whose answers come from another source from a moment on; watchers stay and are told. */
export function switchableQueries(first: ClusterQueries): {
  readonly queries: ClusterQueries;
  readonly switchTo: (next: ClusterQueries) => void;
} {
  let current = first;
  const listeners = new Set<() => void>();
  const tellAll = (): void => listeners.forEach((listener) => listener());
  first.subscribe(tellAll);
  return {
    queries: {
      status: () => current.status(),
      leader: () => current.leader(),
      history: () => current.history(),
      explain: () => current.explain(),
      settings: () => current.settings(),
      plan: (request) => current.plan(request),
      submit: (request) => current.submit(request),
      revision: () => current.revision(),
      changesAfter: (revision) => current.changesAfter(revision),
      addressOf: (id) => current.addressOf(id),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    switchTo: (next) => {
      current = next;
      next.subscribe(tellAll);
      tellAll();
    },
  };
}
