const ASSIGNMENT =
  /^\s*([A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)?)\s*=?\s*('(?:[^'\\]|''|\\.)*'|[^\s#']*)\s*(?:#.*)?$/;

/** A value as `postgresql.conf` reads it. Control characters have no place in one and are dropped. */
export function quoteConfValue(value: string): string {
  const plain = [...value].filter((sign) => sign >= ' ').join('');
  return `'${plain.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

export function renderSetting(name: string, value: string): string {
  return `${name} = ${quoteConfValue(value)}`;
}

/** The assignments in a configuration text; names in lower case, the last one of a name wins. */
export function parseSettings(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, value] = readAssignment(line) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name, value);
  }
  return settings;
}

/**
 * Removes assignments of `names`, and says which there were. For `postgresql.auto.conf`, which the
 * server reads after every other file: a name of ours there would override what we set.
 */
export function stripSettings(
  text: string,
  names: ReadonlySet<string>,
): { readonly text: string; readonly removed: readonly string[] } {
  const removed: string[] = [];
  const kept = text.split('\n').filter((line) => {
    const name = readAssignment(line)?.[0];
    if (name === undefined || !names.has(name)) return true;
    removed.push(name);
    return false;
  });
  return { text: kept.join('\n'), removed };
}

/**
 * Makes `line` the last one that says anything, so that nothing after it can override what it
 * includes; the text is answered unchanged when it is so already.
 */
export function withLastLine(text: string, line: string): string {
  const lines = text.split('\n');
  const speaking = lines.filter((each) => !/^\s*(#.*)?$/.test(each));
  const once = lines.filter((each) => each.trim() === line).length === 1;
  if (once && speaking.at(-1)?.trim() === line) return text;
  const others = lines.filter((each) => each.trim() !== line).join('\n');
  return `${others.replace(/\n*$/, '\n')}${line}\n`.replace(/^\n/, '');
}

function readAssignment(line: string): readonly [string, string] | undefined {
  const match = ASSIGNMENT.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const name = match[1].toLowerCase();
  return name.startsWith('include') ? undefined : [name, unquote(match[2])];
}

function unquote(raw: string): string {
  if (!raw.startsWith("'")) return raw;
  return raw.slice(1, -1).replaceAll("''", "'").replaceAll(/\\(.)/g, '$1');
}
