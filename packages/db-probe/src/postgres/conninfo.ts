/** A libpq connection text of the given options, each value quoted. Secrets go into a passfile. */
export function renderConninfo(options: Readonly<Record<string, string | number>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${quote(String(value))}`)
    .join(' ');
}

/** One line of a libpq password file, for any database. */
export function passfileLine(
  host: string,
  port: number | '*',
  user: string,
  password: string,
): string {
  return [host, String(port), '*', user, password]
    .map((field) => field.replaceAll('\\', '\\\\').replaceAll(':', '\\:'))
    .join(':');
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
