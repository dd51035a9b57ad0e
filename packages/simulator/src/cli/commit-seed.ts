import { execFileSync } from 'node:child_process';

/**
 * A seed of its own for each commit, so that a fixed number of seeds still sees something new each
 * time. Null outside a repository.
 */
export function commitSeed(): { readonly commit: string; readonly seed: number } | null {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return /^[0-9a-f]{40}/.test(commit)
      ? { commit, seed: Number.parseInt(commit.slice(0, 8), 16) }
      : null;
  } catch {
    return null;
  }
}
