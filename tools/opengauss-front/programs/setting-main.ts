import { frontLayout, readIfThere, replaceFile } from '../server/layout.js';
import { readArguments } from './arguments.js';
import { postmasterOf } from './postmaster.js';

/** `setting-main.js NAME set|reload -D dir -c "name='value'" …`: `gs_guc` on this host, emulated. */
const [, , program = 'gs_guc', ...args] = process.argv;
const { values, words } = readArguments(args, ['D', 'c', 'N', 'I', 'Z']);
const layout = frontLayout(values.get('D') ?? '');
const assignments = args.flatMap((arg, i) => (args[i - 1] === '-c' ? [arg] : []));
const lines = readIfThere(layout.conf)
  .split('\n')
  .filter((line) => line.trim() !== '');
for (const assignment of assignments) {
  const name = (assignment.split('=')[0] ?? '').trim();
  const kept = lines.filter((line) => (line.split('=')[0] ?? '').trim() !== name);
  lines.splice(0, lines.length, ...kept, assignment.replace(/\s*=\s*/, ' = '));
}
replaceFile(layout.conf, `${lines.join('\n')}\n`);
const pid = postmasterOf(layout.pidFile);
if (words[0] === 'reload' && pid !== undefined) process.kill(pid, 'SIGHUP');
process.stdout.write(`Total instances: 1. Failed instances: 0.\nSuccess to perform ${program}!\n`);
