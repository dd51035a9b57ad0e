import { execFileSync } from 'node:child_process';
import { type FoundLab, findLabs, ownerLives, removeLabDirectory } from './lab-directory.js';
import { killNamespace, namespaceExists } from './network/namespace.js';

/**
 * Removes a lab with everything that runs in it. Synchronous, since it also runs while the process
 * goes down. Only processes inside the lab's own namespaces are ended.
 */
export function demolish(lab: FoundLab, keepFiles = false): void {
  for (const namespace of lab.state.namespaces) killNamespace(namespace);
  for (const namespace of lab.state.namespaces) {
    if (!namespaceExists(namespace)) continue;
    try {
      execFileSync('ip', ['netns', 'delete', namespace], { stdio: 'ignore', timeout: 10_000 });
    } catch {
      // A namespace that cannot go now is swept by the next run.
    }
  }
  if (!keepFiles) removeLabDirectory(lab.directory);
}

/** Removes labs whose owner died; labs kept on purpose stay. Answers how many went. */
export function sweepDeadLabs(): number {
  const dead = findLabs().filter(({ state }) => !state.kept && !ownerLives(state.owner));
  // The files of a failed run are evidence: only a lab that still has namespaces was cut short.
  const cutShort = dead.filter(({ state }) => state.namespaces.some(namespaceExists));
  for (const lab of cutShort) demolish(lab);
  return cutShort.length;
}

/** Removes every lab that no living process owns, kept ones too (`npm run demo -- --down`). */
export function removeAllLabs(): number {
  const labs = findLabs().filter(({ state }) => state.kept || !ownerLives(state.owner));
  for (const lab of labs) demolish(lab);
  return labs.length;
}
