/** `-D dir -M standby --nodename=n1 -q`: values by the option's letter or name. */
export function readArguments(
  args: readonly string[],
  withValue: readonly string[],
): { readonly values: ReadonlyMap<string, string>; readonly words: readonly string[] } {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg.startsWith('--')) {
      const [name = '', value = ''] = arg.slice(2).split(/=(.*)/s);
      values.set(name, value);
    } else if (arg.startsWith('-')) {
      const name = arg.slice(1);
      values.set(name, withValue.includes(name) ? (args[(i += 1)] ?? '') : '');
    } else {
      words.push(arg);
    }
  }
  return { values, words };
}
