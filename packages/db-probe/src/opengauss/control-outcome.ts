import { withoutPrefix } from './control-query.js';

export const CONTROL_VERBS = [
  'start',
  'stop',
  'status',
  'failover',
  'switchover',
  'notify',
  'build',
] as const;
export type ControlVerb = (typeof CONTROL_VERBS)[number];

/** What a run of `gs_ctl` or `vb_ctl` came to, by its words; the exit code alone proves nothing. */
export interface ControlOutcome {
  readonly kind:
    /** It says that it was done. The role has to be asked for all the same. */
    | 'said-done'
    /** It gave up waiting; the server may still do it. `switchover` exits 0 then. */
    | 'timed-out'
    | 'refused'
    | 'not-running'
    | 'licence-expired'
    | 'wrong-mode'
    /** Words that are not known: whatever the exit code, nothing follows from them. */
    | 'unknown';
  /** The line that says so, without time and process; for people. */
  readonly said: string;
}

type Kind = ControlOutcome['kind'];

/** In this order: a text may hold several. From openGauss `pg_ctl.cpp` and field notes. */
const ANY_VERB: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/License expired, database start failed/i, 'licence-expired'],
  [/(?:failover|switchover|notify|build) timeout after/, 'timed-out'],
  [/(?:switchover|failover|shutdown|startup) timeout/, 'timed-out'],
  [/server does not (?:shut down|start in time)/, 'timed-out'],
  [/only support notify server in pending mode/, 'wrong-mode'],
  [/Failover is not supported in dcf mode/, 'refused'],
  [/PID file "[^"]*" does not exist/, 'not-running'],
  [/no server running|postmaster process \d+ is not running/, 'not-running'],
];

const DONE: Readonly<Record<ControlVerb, RegExp>> = {
  start: /server started \(|done\s*$|another server might be running/,
  stop: /server stopped/,
  status: /server is running \(PID: \d+\)/,
  failover: /failover completed \(/,
  switchover: /switchover completed \(/,
  notify: /notify server completed, mode change to (?:Primary|Standby|Cascade)/,
  build: /build completed|server started \(/,
};

/** Reads output and exit code of one run with `LC_ALL=C`. */
export function readControlOutcome(
  verb: ControlVerb,
  output: string,
  exitCode: number,
): ControlOutcome {
  const lines = output
    .split('\n')
    .map(withoutPrefix)
    .filter((line) => line !== '');
  for (const [pattern, kind] of ANY_VERB) {
    const said = lines.find((line) => pattern.test(line));
    if (said !== undefined) return { kind, said };
  }
  const done = lines.find((line) => DONE[verb].test(line));
  if (done !== undefined && exitCode === 0) return { kind: 'said-done', said: done };
  return { kind: 'unknown', said: `${lines.at(-1) ?? 'nothing'} (exit code ${exitCode})` };
}

/** `querybuild`: how far a copy of this server has come. */
export interface BuildProgress {
  readonly kind: 'building' | 'completed' | 'failed' | 'unknown';
  readonly percent?: number;
}

const BUILD_STATES = {
  'Build completed': 'completed',
  Building: 'building',
  'Build failed': 'failed',
} as const;

export function readBuildProgress(output: string): BuildProgress {
  const state = /db_state\s*:\s*(.+?)\s*$/m.exec(output)?.[1] ?? '';
  const kind = Object.entries(BUILD_STATES).find(([word]) => word === state)?.[1] ?? 'unknown';
  const percent = /process_schedule\s*:\s*(\d{1,3})%/.exec(output)?.[1];
  return { kind, ...(percent === undefined ? {} : { percent: Number(percent) }) };
}
