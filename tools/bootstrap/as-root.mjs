import { NotPossible, say } from './report.mjs';
import { hasProgram } from './run-process.mjs';

/**
 * The command, so that it runs as root: itself for root, through sudo (announced) for others. Only
 * the lab needs it: it makes network namespaces and packet filter rules inside them.
 */
export async function asRoot(what, command) {
  if (process.getuid() === 0) return { command, stdin: undefined };
  if (!(await hasProgram('sudo'))) {
    throw new NotPossible(
      `${what} makes network namespaces and needs root, and there is no sudo here.\n` +
        `Missing command: ${command.join(' ')}   (as root)`,
    );
  }
  say(`    ${what} makes network namespaces and needs root: sudo may ask for your password`);
  return { command: ['sudo', '-E', ...command], stdin: 'inherit' };
}
