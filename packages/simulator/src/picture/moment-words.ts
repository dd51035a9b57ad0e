type Fields = Readonly<Record<string, unknown>>;

/** How decisions are told to people. What is not here happens too often, or explains nothing. */
const TOLD: Readonly<Record<string, (fields: Fields) => string>> = {
  elected: ({ term }) => `coordinates from now on (term ${word(term)})`,
  'election-began': ({ cause, detectMs }) =>
    cause === 'grant-expired'
      ? `no renewal for ${seconds(detectMs)}: the epoch ends, election`
      : `the epoch ends (${word(cause).replaceAll('-', ' ')}), election`,
  sealed: ({ position }) => `sealed${upTo(position)}`,
  appointed: ({ primary, epoch, evidence }) =>
    `appoints ${word(primary)} (epoch ${word(epoch)}): ${word(evidence)}`,
  granted: ({ holder, longestMs }) =>
    `gives the first grant of this epoch: ${word(holder)} may serve for ${seconds(longestMs)}`,
  promoted: ({ ms }) => `promoted in ${seconds(ms)}`,
  confirmed: ({ primary, rule }) => `confirms ${word(primary)}: commits wait ${ruleText(rule)}`,
  adopted: ({ primary }) => `the new agent of ${word(primary)} goes on with the running database`,
  released: ({ kind, reason }) => `the grant is given back (${word(kind)}): ${word(reason)}`,
  fenced: ({ reason }) => `fences itself: ${word(reason)}`,
  durability: ({ rule, reason }) => `commits wait ${ruleText(rule)}: ${word(reason)}`,
  'switchover-started': ({ to }) => `switchover to ${word(to)} begins`,
  'switchover-cancelled': ({ reason }) => `switchover cancelled: ${word(reason)}`,
  'handed-over': () => 'handed over: sessions ended, log shipped, stopped in order',
  'loss-accepted': ({ reason }) => `an operator accepts loss: ${word(reason)}`,
  paused: () => 'automatic failover is paused',
  resumed: () => 'automatic failover is resumed',
  stopped: ({ ms }) => `database stopped in ${seconds(ms)}`,
  rewound: ({ ms }) => `rewound in ${seconds(ms)}`,
  cloned: ({ ms }) => `copied anew in ${seconds(ms)}`,
  'following-primary': () => 'follows the primary',
  trouble: ({ reason }) => word(reason),
  'action-failed': ({ action, message }) => `${word(action)} failed: ${word(message)}`,
};

/** One line for people; null for what they need not read. */
export function decisionText(event: string, fields: Fields): string | null {
  return TOLD[event]?.(fields) ?? null;
}

/** `43 ms`, `2.46 s`. */
export function millisecondsText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function seconds(value: unknown): string {
  return typeof value === 'number' ? millisecondsText(value) : '?';
}

/** `for 1 of n2, n3`. */
function ruleText(rule: unknown): string {
  const { acks, standbys } = (rule ?? {}) as { acks?: number; standbys?: readonly string[] };
  if (acks === undefined || standbys === undefined) return '?';
  if (acks === 0) return 'for no standby';
  return `for ${acks === standbys.length ? '' : `${acks} of `}${standbys.join(' and ')}`;
}

function upTo(position: unknown): string {
  const { lsn } = (position ?? {}) as { lsn?: number };
  return lsn === undefined ? '' : `: has the log up to ${lsn}`;
}

function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}
