import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { runCommand, tryCommand } from '../run-command.js';

const NAMESPACE_DIR = '/run/netns';

/** Arguments that run a command inside a network namespace with `ip`. */
export function inNamespace(namespace: string, command: readonly string[]): string[] {
  return ['netns', 'exec', namespace, ...command];
}

/** Makes a network namespace with its loopback up. */
export async function createNamespace(namespace: string): Promise<void> {
  await runCommand('ip', ['netns', 'add', namespace]);
  await runCommand('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
}

/** Removes a namespace with its interfaces, rules and sockets; an absent one is no error. */
export async function deleteNamespace(namespace: string): Promise<void> {
  if (!namespaceExists(namespace)) return;
  await tryCommand('ip', ['netns', 'delete', namespace]);
}

/** Whether a namespace of this name stands. */
export function namespaceExists(namespace: string): boolean {
  return statSync(`${NAMESPACE_DIR}/${namespace}`, { throwIfNoEntry: false }) !== undefined;
}

/** Ids of all processes whose network is this namespace. */
export function processesInNamespace(namespace: string): number[] {
  const file = statSync(`${NAMESPACE_DIR}/${namespace}`, { throwIfNoEntry: false });
  if (file === undefined) return [];
  const wanted = `net:[${file.ino}]`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => networkOf(pid) === wanted);
}

function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/**
 * Kills every process of a namespace. Repeats, since a process may fork between the look and the
 * kill; processes of a lab's namespace are the lab's own by construction.
 */
export function killNamespace(namespace: string): void {
  for (let round = 0; round < 50; round++) {
    const pids = processesInNamespace(namespace);
    if (pids.length === 0) return;
    for (const pid of pids) signalQuietly(pid, 'SIGKILL');
  }
}

/** Sends a signal to a process that may be gone already. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the signal: what was wanted has happened.
  }
}
