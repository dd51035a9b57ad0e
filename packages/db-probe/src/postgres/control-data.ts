import { parseLsn } from './lsn.js';

/** What `pg_controldata` tells about a stopped server. */
export interface ControlData {
  /** `shut down`, `shut down in recovery`, `in production`, `in archive recovery`, … */
  readonly state: string;
  readonly checkpointLsn: number;
  readonly timeline: number;
}

/** Reads the output of `pg_controldata` in the C locale; `undefined` when a line is missing. */
export function parseControlData(text: string): ControlData | undefined {
  const field = (name: string): string | undefined =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const state = field('Database cluster state');
  const checkpointLsn = parseLsn(field('Latest checkpoint location') ?? '');
  const timeline = Number(field("Latest checkpoint's TimeLineID"));
  if (state === undefined || checkpointLsn === undefined || !Number.isSafeInteger(timeline)) {
    return undefined;
  }
  return { state, checkpointLsn, timeline };
}
