/** Why a server did not answer a question, from its own words or the system's. */
export type ServerErrorKind =
  | 'not-listening'
  | 'starting'
  | 'stopping'
  | 'inconsistent'
  | 'wrong-password'
  /** openGauss: too many wrong passwords; the right one is refused as well. */
  | 'locked'
  /** openGauss: it waits to be told whether it is primary or standby, and admits nobody. */
  | 'pending'
  | 'not-admitted'
  | 'exhausted'
  | 'no-marker'
  | 'timeout'
  | 'other';

export interface ServerErrorView {
  readonly kind: ServerErrorKind;
  /** One sentence for people, without secrets. */
  readonly sentence: string;
}

/** The parts of a driver's or system's error that are read here. */
export interface RawServerError {
  readonly code?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
}

const KINDS: Readonly<Record<string, ServerErrorKind>> = {
  ECONNREFUSED: 'not-listening',
  ENOENT: 'not-listening',
  EHOSTUNREACH: 'not-listening',
  ENETUNREACH: 'not-listening',
  EAGAIN: 'timeout',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'other',
  '28P01': 'wrong-password',
  '28000': 'not-admitted',
  '53300': 'exhausted',
  '42P01': 'no-marker',
  '3F000': 'no-marker',
};

/** Sorts an error by what it says about the server. */
export function viewServerError(error: RawServerError): ServerErrorView {
  const text = error.detail === undefined ? error.message : `${error.message} (${error.detail})`;
  const kind = error.code === '57P03' ? notReadyKind(text) : (KINDS[error.code ?? ''] ?? 'other');
  return { kind, sentence: error.code === undefined ? text : `${text} [${error.code}]` };
}

/**
 * 57P03 has three meanings, which only the words tell apart. They are English by our default of
 * `lc_messages`; in another language a server that stops or is not consistent is called starting.
 */
function notReadyKind(text: string): ServerErrorKind {
  if (text.includes('shutting down')) return 'stopping';
  return text.includes('onsistent recovery state') ? 'inconsistent' : 'starting';
}
