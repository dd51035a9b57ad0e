import type { DestinationStream } from 'pino';

/** One readable line for each JSON line; no worker thread, so that it works in a bundle. */
export function prettyLines(output: { write(text: string): unknown }): DestinationStream {
  return { write: (line: string) => void output.write(`${prettyLine(line)}\n`) };
}

export function prettyLine(line: string): string {
  const { time, level, node, event, message, ...rest } = JSON.parse(line) as Record<
    string,
    unknown
  >;
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${text(value)}`);
  const head = [
    String(time).slice(11, 23),
    String(level).padEnd(5),
    String(node),
    text(event ?? ''),
  ];
  return [...head, ...(message === undefined ? [] : [text(message)]), ...fields].join(' ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
