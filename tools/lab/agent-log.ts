import { readFileSync } from 'node:fs';

/** One decision from an agent's log. */
export interface LoggedDecision {
  readonly at: number;
  readonly node: string;
  readonly event: string;
  readonly epoch: number | undefined;
  readonly message: string;
}

/** The decisions in an agent's log since a moment of the wall clock; other lines are passed over. */
export function decisionsSince(logFile: string, member: string, since: number): LoggedDecision[] {
  let text: string;
  try {
    text = readFileSync(logFile, 'utf8');
  } catch {
    return []; // It never started.
  }
  return text
    .split('\n')
    .flatMap((line) => parseDecision(line, member))
    .filter(({ at }) => at >= since);
}

/** What a decision says about itself: its message, or the field that holds its reason. */
function whyOf(entry: Record<string, unknown>): string {
  const state = entry['state'] as Record<string, unknown> | undefined;
  const said = [
    ...['msg', 'message', 'reason', 'cause', 'evidence', 'primary', 'peer', 'to'].map(
      (field) => entry[field],
    ),
    state?.['kind'],
    state?.['reason'],
  ];
  return said.filter((part) => typeof part === 'string' && part !== '').join(', ');
}

function parseDecision(line: string, member: string): LoggedDecision[] {
  if (!line.startsWith('{')) return [];
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const at = new Date(entry['time'] as string | number).getTime();
    if (typeof entry['event'] !== 'string' || Number.isNaN(at)) return [];
    const node = typeof entry['node'] === 'string' ? entry['node'] : member;
    const epoch = entry['epoch'] === undefined ? undefined : Number(entry['epoch']);
    return [{ at, node, event: entry['event'], epoch, message: whyOf(entry) }];
  } catch {
    return []; // A line cut short by a crash.
  }
}
