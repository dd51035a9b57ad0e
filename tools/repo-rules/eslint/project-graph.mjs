import devkit from '@nx/devkit';

/**
 * `@nx/enforce-module-boundaries` skips itself, with a warning only, when no project graph is
 * cached: on a fresh checkout `eslint .` would then pass anything. So the graph is made here first.
 */
export async function ensureProjectGraph() {
  process.env['NX_DAEMON'] ??= 'false';
  try {
    devkit.readCachedProjectGraph();
  } catch {
    await devkit.createProjectGraphAsync({ exitOnError: true });
  }
}
